"""What is said to a ticket seller's system, and about its keys, when something cannot be done. `sentences` merges this;
no other user.
"""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "api_key_unknown": _l("The key is not known here. Ask the manager of the venue for one."),
    "scope_missing": _l("The key is not made for this call. Ask the manager of the venue."),
    "request_not_json": _l("Send the body as JSON, with the header Content-Type: application/json."),
    "request_invalid": _l("The request is not as the call describes it."),
    "idempotency_key_needed": _l("Send the header Idempotency-Key: 16 to 64 visible characters, new for each request."),
    "idempotency_mismatch": _l(
        "This Idempotency-Key came before with another request. Use a new one for a new request."
    ),
    "idempotency_at_work": _l("The same request is still being answered. Ask again in a second."),
    "sandbox_card": _l("This key is for trying out: it knows the practice cards alone."),
    "sale_time_impossible": _l("A sale can be told at most 30 days afterwards, and not before it was made."),
    "use_returned": _l("These tickets have been taken back already."),
    "days_impossible": _l("Choose at most a year, and a last day that is not before the first."),
    "api_key_name_impossible": _l("A key's name has 1 to 60 characters and is the name of no person."),
    "api_key_scopes_impossible": _l("Choose one at least."),
    "api_key_end_impossible": _l("The last day is today or later, at most five years on."),
    "api_key_overlap_impossible": _l("The former key can go on for at most 30 days."),
    "api_keys_too_many": _l("The venue has 20 keys in use. Take one out of use first."),
    "api_key_over": _l("This key works no more. Make a new one."),
}

STATUS = {
    "api_key_unknown": 401,
    "scope_missing": 403,
    "request_unreadable": 400,
    "request_not_json": 415,
    "request_invalid": 422,
    "idempotency_key_needed": 400,
    "idempotency_mismatch": 422,
    "api_key_name_impossible": 422,
    "api_key_scopes_impossible": 422,
    "api_key_end_impossible": 422,
    "api_key_overlap_impossible": 422,
}
