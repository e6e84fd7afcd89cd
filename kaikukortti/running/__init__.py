"""How a process runs: what it writes down, what it counts, whether it can serve. No pages here, no commands.

checks       what is asserted at start: SQLite's settings, PostgreSQL's durability, the schema's number
exposition   the figures over HTTP, on a loopback address of their own
faultlines   a fault as its kinds and places, without the text that a value may be in
health       whether the parts answer: the parts' names, what is wrong with each
logs         one JSON object a line on standard error
metrics      the figures of all processes of a service, in files that they share
processes    how many processes, threads and connections a machine is given
requestids   the id of the request that a thread is at
trouble      which faults are the database's or the machine's and pass, and when to come again

Logs. KAIKU_LOG=json (serve, mail run) writes {"time", "level", "logger", "message", "pid"} and, within a request,
"request" (its id); `plain` (demo) is for a terminal and tells warnings only. Each request is one record "request" with
"method", "route" (the pattern, /cards/<int:card_id>: never the path, the query, an address, a user), "status", "ms".
A fault is "fault": kinds, SQLSTATE or errno, and places; never its text, in which a card's number may stand.

Request ids. 16 hexadecimal digits, made here, or X-Request-ID as a proxy sets it where KAIKU_PROXY_COUNT says that
there is one (32 hexadecimal digits as nginx's $request_id, or a UUID; anything else is not taken). They are in the log,
in the audit log's entries, on error pages, and in every answer's X-Request-ID.

Figures. KAIKU_METRICS=127.0.0.1:9108 opens http://127.0.0.1:9108/metrics (Prometheus), on loopback alone, for all
worker processes together; the public port knows no /metrics. All names begin with kaikukortti_: requests_total{route,
method,status}, request_seconds{kind}, requests_in_progress, scans_total{result}, database_trouble_total{kind},
transaction_retries_total, worker_memory_bytes, worker_starts_total, and, asked at each scrape, ready{part},
mail_waiting, mail_oldest_seconds, disk_free_bytes{part}, durable{part}, build_info{version,schema}.

Health. GET /healthz answers 200 {"status": "ok"} while the process runs, and asks no database. GET /readyz answers
200 {"status": "ok"}, or 503 with Retry-After and {"status": "not ready", "reasons": [...]}, each a part (database,
statistics, followup) and a code, like database_away: away, busy, crowded, damaged, disk, full, refused, schema_older,
empty. A schema newer than the program is ready, with a warning at start: the last version runs on the next's schema.

Trouble. What the database or the machine cannot do now is 503 with Retry-After, never 500, and has changed nothing:
lock held (5 s), pool exhausted, server away or starting, disk full, read-only. Deadlocks and serialisation failures
are tried again by `db.transactional`. SIGTERM lets requests end (20 s) and stops the mail sender; SIGKILL loses no
more than that: what was acknowledged is there, what was not has changed nothing, and a start needs no repair.
"""
