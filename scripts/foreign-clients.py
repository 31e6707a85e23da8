"""Clients that we did not write upload to `npm start -- --keep`; see foreign-clients.sh.

Every client puts a small and a multipart object under keys that others mangle, waits for the alert that proves each, gets both
back, and then one byte of the multipart object flips: `holdfast verify` must find it, and must still prove the small one.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import boto3

BIN = Path(sys.executable).parent
MIB = 1024 * 1024
SMALL_BYTES = 100_003
PARTS_BYTES = 20 * MIB + 1_234
PROOF_TIMEOUT_SECONDS = 90
START_TIMEOUT_SECONDS = 180
END_TIMEOUT_SECONDS = 30
COMMAND_TIMEOUT_SECONDS = 120


class Show:
    """The demo in a process group of its own, as in a terminal of its own. Its stdout is one JSON object per line."""

    def __init__(self, folder):
        self.folder = folder
        self.heard = threading.Condition()
        self.lines = []
        self.ended = False
        environment = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
        self.stderr = open(folder / "stderr", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            # What `npm start` runs, without npm, whose own exit code after an interrupt is the signal's.
            ["node", "bin/holdfast.mjs", "demo", "--only", "integrity", "--keep", "--json", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            env={**environment, "TMPDIR": str(folder / "tmp")},
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            with self.heard:
                self.lines.append(json.loads(line))
                self.heard.notify_all()
        with self.heard:
            self.ended = True
            self.heard.notify_all()

    def wait_for(self, is_wanted, seconds):
        """The first line that is wanted, now or later."""
        deadline = time.monotonic() + seconds
        with self.heard:
            while True:
                for line in self.lines:
                    if is_wanted(line):
                        return line
                left = deadline - time.monotonic()
                if self.ended or left <= 0:
                    self.stderr.seek(0)
                    raise AssertionError(f"not heard in {seconds} s; stderr of the show:\n{self.stderr.read()}")
                self.heard.wait(left)

    def alerts(self, bucket, key):
        with self.heard:
            alerts = [line["alert"]["data"] for line in self.lines if line["type"] == "alert"]
        return [data for data in alerts if is_about(data, bucket, key)]

    def interrupt(self):
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(END_TIMEOUT_SECONDS)

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def is_about(data, bucket, key):
    thing = data["subject"].get("object", {})
    return (thing.get("bucket"), thing.get("key")) == (bucket, key)


def run(command, environment):
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_SECONDS, check=False
    )
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def aws_cli(environment):
    def copy(source, target):
        run([BIN / "aws", "s3", "cp", "--no-progress", source, target], environment)

    return copy


def boto3_client(environment):
    client = boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )

    def copy(source, target):
        if source.startswith("s3://"):
            bucket, key = source.removeprefix("s3://").split("/", 1)
            client.download_file(bucket, key, target)
        else:
            bucket, key = target.removeprefix("s3://").split("/", 1)
            client.upload_file(source, bucket, key)

    return copy


def s3cmd(environment):
    host = environment["AWS_ENDPOINT_URL"].removeprefix("http://")
    options = [
        "--config=/dev/null",
        f"--access_key={environment['AWS_ACCESS_KEY_ID']}",
        f"--secret_key={environment['AWS_SECRET_ACCESS_KEY']}",
        f"--region={environment['AWS_REGION']}",
        f"--host={host}",
        f"--host-bucket={host}",
        "--no-ssl",
        "--no-progress",
        "--multipart-chunk-size-mb=6",
    ]

    def copy(source, target):
        verb = "get" if source.startswith("s3://") else "put"
        run([BIN / "s3cmd", *options, verb, source, target], environment)

    return copy


def rclone(environment):
    remote = {
        "RCLONE_CONFIG": "/dev/null",
        "RCLONE_CONFIG_DEMO_TYPE": "s3",
        "RCLONE_CONFIG_DEMO_PROVIDER": "Other",
        "RCLONE_CONFIG_DEMO_ENV_AUTH": "true",
        "RCLONE_CONFIG_DEMO_FORCE_PATH_STYLE": "true",
        "RCLONE_CONFIG_DEMO_ENDPOINT": environment["AWS_ENDPOINT_URL"],
        "RCLONE_CONFIG_DEMO_REGION": environment["AWS_REGION"],
        "RCLONE_S3_ACL": "bucket-owner-full-control",  # older versions send "private", which such a bucket refuses
        "RCLONE_S3_UPLOAD_CUTOFF": "8M",
        "RCLONE_S3_CHUNK_SIZE": "6M",
    }

    def copy(source, target):
        places = [place.replace("s3://", "demo:") for place in (source, target)]
        run(["rclone", "copyto", "--s3-no-check-bucket", *places], {**environment, **remote})

    return copy


CLIENTS = {"aws": aws_cli, "boto3": boto3_client, "s3cmd": s3cmd, "rclone": rclone}
STEPS = ("upload", "upload parts", "proved", "download", "flip found", "other proved")


class Trial:
    """One client and its two objects."""

    def __init__(self, name, show, ready, folder):
        self.name = name
        self.show = show
        self.bucket = ready["bucket"]
        self.url = ready["url"]
        self.folder = folder
        self.environment = {
            **{key: text for key, text in os.environ.items() if not key.startswith(("AWS_", "RCLONE_"))},
            **ready["environment"],
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
        }
        self.copy = CLIENTS[name](self.environment)
        self.small = self._make("é 😀 a+b 100%.bin", SMALL_BYTES)
        self.parts = self._make("in parts/é 😀 a+b 100%.bin", PARTS_BYTES)

    def _make(self, name, size):
        file = self.folder / self.name / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(size))
        return f"clients/{self.name}/{name}", file

    def _address(self, key):
        return f"s3://{self.bucket}/{key}"

    def _verify(self, key):
        command = ["npx", "holdfast", "verify", self._address(key), "--content"]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_SECONDS, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def upload(self):
        key, file = self.small
        self.copy(str(file), self._address(key))

    def upload_parts(self):
        key, file = self.parts
        self.copy(str(file), self._address(key))

    def proved(self):
        for key, _ in (self.small, self.parts):
            self.show.wait_for(
                lambda line: line["type"] == "alert"
                and line["alert"]["data"]["code"] == "content-verified"
                and line["alert"]["data"].get("proves") == "stored"
                and is_about(line["alert"]["data"], self.bucket, key),
                PROOF_TIMEOUT_SECONDS,
            )
            accused = [data["code"] for data in self.show.alerts(self.bucket, key) if data["verdict"] == "violated"]
            assert not accused, f"{key} is healthy and was accused of {accused}"

    def download(self):
        for key, file in (self.small, self.parts):
            back = self.folder / self.name / "back"
            back.unlink(missing_ok=True)
            self.copy(self._address(key), str(back))
            assert back.read_bytes() == file.read_bytes(), f"{key} came back with other bytes"

    def flip_found(self):
        key, _ = self.parts
        code, text = self._verify(key)
        assert code == 0, f"expected 0 before the flip, got {code}:\n{text}"
        fault = {"kind": "flip", "now": True, "bucket": self.bucket, "key": key}
        request = urllib.request.Request(f"{self.url}/_holdfast/faults", json.dumps(fault).encode(), method="POST")
        with urllib.request.urlopen(request) as response:
            assert "damaged" in json.load(response)
        code, text = self._verify(key)
        assert code == 1, f"expected 1 after the flip, got {code}:\n{text}"

    def other_proved(self):
        code, text = self._verify(self.small[0])
        assert code == 0, f"expected 0, got {code}:\n{text}"

    def run(self):
        """One mark for each step; what follows a failure is not tried."""
        marks = {}
        for step in STEPS:
            try:
                getattr(self, step.replace(" ", "_"))()
                marks[step] = "yes"
            except Exception as error:  # every kind of failure is a row of the table, never the end of the others
                print(f"{self.name}, {step}: {type(error).__name__}: {error}\n", file=sys.stderr)
                marks[step] = "FAILED"
                break
        return marks


def end(show, temporary):
    """Interrupts the show; what it leaves behind is a failure."""
    code = show.interrupt()
    left = [entry.name for entry in temporary.iterdir() if entry.name.startswith("holdfast")]
    try:
        os.killpg(show.process.pid, 0)
        left.append("a process")
    except ProcessLookupError:
        pass
    ok = code == 0 and not left
    print(f"SIGINT: exit code {code}, left behind: {', '.join(left) or 'nothing'}")
    return ok


def main():
    folder = Path(tempfile.mkdtemp(prefix="foreign-clients-"))
    temporary = folder / "tmp"
    temporary.mkdir()
    show = Show(folder)
    try:
        ready = show.wait_for(lambda line: line["type"] == "ready", START_TIMEOUT_SECONDS)
        present = [name for name in CLIENTS if name != "rclone" or shutil.which("rclone")]
        rows = {name: Trial(name, show, ready, folder).run() for name in present}
        print(" | ".join(["client", *STEPS]))
        print(" | ".join(["---"] * (len(STEPS) + 1)))
        for name in CLIENTS:
            marks = rows.get(name)
            print(" | ".join([name, *(marks.get(step, "-") if marks else "not installed" for step in STEPS)]))
        print()
        results = [[marks.get(step) == "yes" for step in STEPS] for marks in rows.values()]
        results.append([end(show, temporary)])
        passed = sum(map(sum, results))
        failed = sum(map(len, results)) - passed
        print(f"{passed} passed, {failed} failed, {(len(CLIENTS) - len(rows)) * len(STEPS)} skipped")
        return 0 if failed == 0 else 1
    finally:
        show.kill()
        shutil.rmtree(folder, ignore_errors=True)


sys.exit(main())
