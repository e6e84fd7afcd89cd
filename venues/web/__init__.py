"""The venue side's HTTP: pages for staff, the tablet's page, and its API under /door/.

api          the tablet's calls: enrol, snapshot, checks, scans, status
openapi      the description of the API, made from the schemas that validate it
programme    the venue's evening and its programme
schemas      shapes of the API's bodies and answers
tablet       the tablet's own pages and its decoder worker
tablets      the manager enrols, lists and revokes tablets
"""
