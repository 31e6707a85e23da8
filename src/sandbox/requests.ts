/** How often an operation was asked for, by whom and where; refused and failed requests count as well. */
export interface RequestCount {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** Name of the role that signed, or `admin`. */
  readonly role: string;
  readonly count: number;
}

export interface RequestLog {
  record(request: Omit<RequestCount, 'count'>): void;
  /** In the order in which each was first seen. */
  counts(): readonly RequestCount[];
  reset(): void;
}

export function createRequestLog(): RequestLog {
  const counts = new Map<string, RequestCount>();
  return {
    record(request) {
      const id = JSON.stringify([request.service, request.operation, request.region, request.role]);
      counts.set(id, { ...request, count: (counts.get(id)?.count ?? 0) + 1 });
    },
    counts: () => [...counts.values()],
    reset: () => counts.clear(),
  };
}
