"""Every address of a page: who opens it, what is no page, what another test opens. test_pages compares the map."""

from kaikukortti.rules.access import Role

PUBLIC = ["/", "/sign-in", "/forgotten-password", "/help", "/about", "/found/", "/offer/", "/offer/venues", "/api/"]
PUBLIC += ["/door/", "/door/enrol"]
PUBLIC += ["/statistics/", "/reports/", "/own/", "/privacy/", "/privacy/who-sees-what", "/privacy/tablets"]
PUBLIC += ["/privacy/staff", "/privacy/terms"]
PUBLIC += ["/accessibility/", "/turned-away/", "/turned-away/answer"]
MESSAGES = ["/messages/", "/messages/feedback/new"]
AREA_MESSAGES = [f"/area/messages/{page}" for page in ("", "announcements/", "announcements/new", "feedback/")]
AREA_MESSAGES += ["/area/messages/turned-away/", "/area/messages/accessibility/"]
AREA_FIGURES = [f"/followup/area/{page}" for page in ("", "reach/", "first-use/", "kinds/", "season/", "barriers/")]
OUR_PART = [f"/our-part/{page}" for page in ("", "commitment", "instruction")]
PAGES = {
    Role.WORKER: [
        *OUR_PART,
        *MESSAGES,
        "/cards/",
        "/cards/new",
        "/cards/{card}",
        "/cards/{community}",
        "/cards/{card}/handed-out",
        "/cards/{card}/block",
        "/cards/{card}/pause",
        "/cards/{card}/return",
        "/cards/{card}/renew",
        "/cards/{card}/replace",
        "/cards/{card}/correct",
        "/cards/{community}/renew",
        "/cards/{community}/budget",
        "/cards/lost/",
        "/cards/{card}/own-key",
        "/cards/{card}/log",
        "/cards/{card}/kept",
        "/cards/{card}/erase",
        "/cards/{card}/sheet",
        "/cards/{card}/sheet?language=ru",
        "/cards/paper",
        "/renewals/",
        "/renewals/cards",
        "/sleeping/",
        "/stockroom",
        "/places/",
        "/bookings/",
        "/bookings/dates",
        "/bookings/dates?card={card}",
        "/bookings/dates/{tonight}",
        "/bookings/dates/{tonight}?card={card}",
        "/cards/figures/",
        "/groups/",
        "/groups/dates",
        "/groups/dates/{tonight}",
        "/groups/house",
        "/followup/reports/",
        "/followup/reports/new",
        "/followup/experience/",
        "/followup/meeting/",
        "/followup/meeting/over",
        "/followup/voices/",
        "/followup/",
        "/followup/clients/",
        "/followup/clients/units/{unit}",
        "/followup/episodes/",
        "/followup/episodes/start",
        "/followup/group-answers/",
        "/followup/group-answers/slips",
        "/followup/group-answers/forget",
    ],
    Role.VENUE_STAFF: [
        *OUR_PART,
        *MESSAGES,
        "/venue/",
        "/venue/?day=2026-11-20",
        "/venue/paper",
        "/venue/paper/print",
        "/venue/bookings/",
        "/venue/bookings/?day=2026-11-21",
        "/venue/bookings/dates",
        "/venue/groups/",
        "/venue/bookings/dates/{tonight}",
        "/venue/bookings/print",
        "/followup/experience/",
        "/venue/mood/",
    ],
    Role.VENUE_MANAGER: [
        *OUR_PART,
        *MESSAGES,
        "/venue/",
        "/venue/programme",
        "/venue/programme/places/",
        "/venue/programme/{tonight}",
        "/venue/programme/{tonight}/move",
        "/venue/programme/{tonight}/doors",
        "/venue/programme/{tonight}/places",
        "/venue/programme/events/{event}",
        "/venue/programme/events/{event}/change",
        "/venue/programme/events/{event}/date",
        "/venue/programme/events/{event}/series",
        "/venue/programme/events/{event}/hours",
        "/venue/tablets/",
        "/venue/tablets/{tablet}",
        "/venue/place/",
        "/followup/experience/",
        "/venue/mood/",
        "/venue/place/limits",
        "/venue/figures/",
        "/venue/keys/",
        "/venue/keys/new",
        "/venue/programme/files",
        "/venue/questions",
    ],
    Role.COORDINATOR: [
        *AREA_MESSAGES,
        "/area/settings",
        "/area/paper",
        "/area/paper/{venue}",
        "/area/cards/",
        "/area/cards/{card}",
        "/area/questions",
        "/figures/",
        "/figures/?year=2026",
        "/figures/barriers/",
        "/figures/network/",
        "/figures/reports/",
        "/network/",
        "/network/?kind=contact",
        "/partners/",
        "/partners/area",
        "/partners/area/people",
        "/partners/instruction",
        "/partners/review",
        "/partners/units/{unit}/commitment",
        "/partners/units/{unit}/leave",
        "/partners/units/{unit}/people",
        "/partners/venues/{venue}/commitment",
        "/partners/venues/{venue}/leave",
        "/partners/venues/{venue}/people",
        "/partners/units/new",
        "/partners/units/{unit}",
        "/partners/units/{unit}/change",
        "/area/follow-up/",
        "/followup/reports/",
        "/followup/reports/new",
        "/followup/experience/",
        "/area/follow-up/units/{unit}",
        "/followup/clients/",
        *AREA_FIGURES,
        "/followup/area/change/",
        "/followup/measures/",
        "/partners/venues/new",
        "/partners/venues/{venue}",
        "/partners/venues/{venue}/change",
        "/stock/",
        "/stock/{batch}",
        "/stock/destroy",
        "/stock/import",
    ],
    Role.VIEWER: ["/about", "/figures/network/", *AREA_FIGURES],
    Role.ADMINISTRATOR: ["/about", "/followup/measures/"],
}
NO_PAGES = {
    "/static/<path:filename>",
    "/healthz",
    "/readyz",
    "/api/openapi.json",
    "/api/v1/bookings/<ref>",
    "/api/v1/occurrences",
    "/api/v1/statistics/",
    "/api/v1/statistics/<table_code>",
    "/figures/reports/<int:report_id>/report.pdf",
    "/reports/<int:report_id>/report.pdf",
    "/venue/programme/files/programme.csv",
    "/venue/programme/files/programme.ics",
    "/door/decoder-worker.js",
    "/door/service-worker.js",
    "/door/manifest.webmanifest",
    "/venue/tablets/deck.pdf",
    "/door/shell",
    "/found/<path:number>",
    "/mobile/<token>/manifest.json",
    "/mobile/service-worker.js",
    "/offer/venues/<int:venue_id>.ics",
    "/preferences",
    "/door/api/snapshot",
    "/door/api/status",
    "/cards/<int:card_id>/card.<any(png, svg):kind>",
    *(f"/cards/<int:card_id>/log/log.{kind}" for kind in ("csv", "json")),
    "/stock/<int:batch_id>/cards.pdf",
}

ELSEWHERE = {
    "/partners/people/<int:membership_id>",  # test_partnership_people opens it
    "/messages/announcements/<int:announcement_id>",  # test_messages writes something first
    "/messages/feedback/<int:feedback_id>",
    "/area/messages/announcements/<int:announcement_id>",
    "/area/messages/feedback/<int:feedback_id>",
    "/area/messages/turned-away/<int:report_id>",  # test_turned_away
    "/area/messages/accessibility/<int:message_id>",  # test_accessibility_page
    "/bookings/<ref>",  # test_unit_booking_pages and test_booking_pages book something first
    "/bookings/<ref>/slip",
    "/followup/clients/units/<int:unit_id>/<int:year>/<trait>",  # test_followup_structure fills it in
    "/followup/reports/<int:report_id>",  # test_followup_loop_pages writes one first
    "/venue/bookings/<ref>",
    "/figures/reports/<int:report_id>",  # test_report_pages freezes one first
    "/figures/reports/<int:year>/new",
    "/reports/<int:report_id>",
    "/venue/keys/<int:key_id>",  # test_api_key_pages makes one first
    "/followup/episodes/<int:episode_id>/meeting",  # test_followup_episode_meeting starts an episode first
    "/own/card",  # test_followup_own opens a card first
    *(f"/own/goals/{page}" for page in ("", "new", "<int:goal_id>", "<int:goal_id>/now")),
    "/own/key",
    "/own/shared",  # test_followup_grants opens these: an episode, a grant or a result is made first
    *(
        f"/followup/episodes/<int:episode_id>{page}"
        for page in ("", "/end", "/leave", "/change", "/use", "/own-use", "/use/check")
    ),
    *(
        f"/followup/episodes/<int:episode_id>/results/{page}"
        for page in ("", "new/<code>", "<int:result_id>", "<int:result_id>/remove")
    ),
    "/followup/measures/<code>",  # test_followup_measures opens each of them
    "/followup/group-answers/<code>",  # test_followup_groupanswers
    "/invitation/<token>",  # test_partner_pages and test_entry open these two
    "/organisation",
    "/account/reset/<token>",  # test_new_password
    *(f"/account{page}" for page in ("/", "/sessions", "/password")),  # test_own_account: of every role
    "/sign-in/<any(code, passkey, recovery):by>",  # test_sign_in and test_confirming: a password was given before
    "/account/confirm",
    "/account/confirm/<any(code, passkey, recovery, password):by>",
    *(f"/account/factors/{page}" for page in ("", "app", "passkey", "recovery-codes", "<int:factor_id>")),
    "/account/factors/<int:factor_id>/remove",  # test_second_factors
    "/offer/venues/<int:venue_id>",  # test_offer_pages opens it
    "/venue/paper/lines",  # test_paper_pages opens these four: a day has to be chosen, or a list entered
    "/venue/paper/entered/<uuid:form_id>",
    "/area/paper/<int:venue_id>/lines",
    "/area/paper/<int:venue_id>/entered/<uuid:form_id>",
    "/mobile/<token>",  # test_mobile_page makes a page to open
    "/cards/<int:card_id>/resume",  # test_card_life opens these three: the card has to be in the right state
    "/cards/<int:card_id>/unblock",
    "/cards/<int:card_id>/undo",
    "/venue/registrations/<uuid:scan_id>/take-back",  # test_registration_pages registers something first
}
