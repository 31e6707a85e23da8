"""Runs statements on DuckDB, which reads CSV and Parquet: JSON {"statements": [...]} in, the rows of the last one out."""

import json
import sys

import duckdb

connection = duckdb.connect()
for statement in json.load(sys.stdin)["statements"]:
    result = connection.execute(statement)
columns = [column[0] for column in result.description]
json.dump([dict(zip(columns, row)) for row in result.fetchall()], sys.stdout, default=str)
