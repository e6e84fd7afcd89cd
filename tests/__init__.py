"""Tests, the quick ones apart from the slow ones.

unit        rules and pure functions; a test that opens a database fails
services    use cases, on SQLite and on PostgreSQL
web         pages and JSON through the `web` client, which checks each page's style, on both engines
js          modules of static/, run by `node --test`
browser     journeys in Chromium against the running service
vectors     JSON cases that Python and JavaScript both obey

test_architecture, test_frontend, test_documents, test_routes and test_schema hold the rules about the code
itself; test_wheel serves from an installed wheel.

Shared: `conftest` (fixtures), `engines` (the databases), `webclient` and `pagestyle` (a browser's stand-in
and what it checks), `serving` (the real service as a child process), `tree` (our files).
"""
