"""Wiring: one application out of all parts. Nobody imports this but the command line and the tests; it has no logic."""

from datetime import timedelta
from types import ModuleType

import sqlalchemy as sa
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from kaikukortti import db, requestcounts
from kaikukortti.config import Config, assets_folder
from kaikukortti.cube import store as cube_store
from kaikukortti.followup import store as followup_store
from kaikukortti.running.health import Part
from kaikukortti.web import (
    areacards,
    areas,
    cardchange,
    cardlife,
    cards,
    found,
    guard,
    handout,
    headers,
    hosts,
    language,
    lastresort,
    lostcards,
    mobile,
    mobilecards,
    occasions,
    offer,
    ourplace,
    pages,
    partners,
    preferences,
    public,
    ratelimit,
    renewals,
    requestlog,
    sleeping,
    status,
    stock,
    stockimport,
    stockroom,
    takehome,
)
from kaikukortti.web.figures import (
    annualreports,
    area,
    barriers,
    network,
    publicreports,
    published,
    tableapi,
    unit,
    venue,
)
from kaikukortti.web.followup import experience, menu, socialreports, switchpages, venuemood
from kaikukortti.web.followup.cases import change, episodes, grants
from kaikukortti.web.followup.figures import curve, kinds, meetingbarriers, ourunit, quarter, reach, season, structure
from kaikukortti.web.followup.measuring import groupanswers, groupchange, measures, results
from kaikukortti.web.followup.meetings import episodemeeting, meeting, voices
from kaikukortti.web.followup.own import owncard, ownentry, owngoals, ownkey, ownleave, ownmood, ownshared
from kaikukortti.web.messaging import areaanswers, areamessages, firstpage, partnermessages, statement, turnedaway
from kaikukortti.web.partnership import committed, duties, leaving, meetings, missingpage, ourpart, rights
from kaikukortti.web.signin import confirming, entering, factors, lateforms, newpassword, ownaccount
from kaikukortti.web.trust import cardlog, cspreports, erasure, holderdata, privacy
from venues.web import (
    api,
    apikeypages,
    bookings,
    datepages,
    eventpages,
    freeplaces,
    limitpages,
    offline,
    openapi,
    paperlist,
    placepages,
    practicedeck,
    programme,
    programmefiles,
    questions,
    registrations,
    rescue,
    sellerapi,
    snapshot,
    tablet,
    tablets,
    unitbookings,
    unitgroups,
    venuegroups,
)

LARGEST_BODY = 1024 * 1024
SESSION_LASTS = timedelta(hours=10)

CORE = (
    public,
    found,
    preferences,
    status,
    areas,
    areacards,
    cards,
    handout,
    cardlife,
    cardchange,
    lostcards,
    sleeping,
    renewals,
    barriers,
    mobile,
    mobilecards,
    offer,
    ourplace,
    partners,
    stock,
    stockimport,
    stockroom,
    area,
    network,
    published,
    unit,
    venue,
    annualreports,
    publicreports,
    tableapi,
    takehome,
)
VENUES = (
    programme,
    eventpages,
    datepages,
    placepages,
    programmefiles,
    limitpages,
    freeplaces,
    bookings,
    unitbookings,
    paperlist,
    tablets,
    registrations,
    questions,
    unitgroups,
    venuegroups,
    practicedeck,
    tablet,
    api,
    snapshot,
    openapi,
    offline,
    rescue,
    sellerapi,
    apikeypages,
)

# Signing in, partners' duties, messages, what is kept.
TRUST: tuple[ModuleType, ...] = (
    entering,
    newpassword,
    factors,
    confirming,
    ownaccount,
    cspreports,
    privacy,
    cardlog,
    holderdata,
    erasure,
    partnermessages,
    areamessages,
    areaanswers,
    turnedaway,
    statement,
    missingpage,
    ourpart,
    committed,
    meetings,
    rights,
    leaving,
)

FOLLOWUP = (
    episodes,
    grants,
    change,
    results,
    measures,
    ownshared,
    meeting,
    episodemeeting,
    owngoals,
    voices,
    switchpages,
    socialreports,
    experience,
    venuemood,
    ownkey,
    ownentry,
    owncard,
    ownmood,
    ownleave,
    ourunit,
    quarter,
    reach,
    curve,
    kinds,
    season,
    meetingbarriers,
    structure,
    groupanswers,
    groupchange,
)


def create_app(config: Config) -> Flask:
    """Return the application for a configuration. The database is not touched before the first request."""
    assets = assets_folder()
    app = Flask(
        "kaikukortti",
        instance_path=str(config.instance_path.resolve()),
        template_folder=str(assets / "templates"),
        static_folder=str(assets / "static"),
    )
    app.config.update(
        KAIKU=config,
        TESTING=config.testing,
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_BINDS={**cube_store.binds(config), **followup_store.binds(config), **requestcounts.binds(config)},
        SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(config.database_url),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        SESSION_COOKIE_NAME="__Host-kaiku" if config.secure_cookies else "kaiku",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=0 if config.demo or config.testing else headers.STATIC_LASTS,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if config.proxy_count:
        hops = config.proxy_count
        behind = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = behind  # type: ignore[method-assign]  # as Werkzeug documents it
    lastresort.init_app(app)
    requestlog.init_app(app, has_proxy=config.proxy_count > 0)
    _init_parts(app)
    return app


def _init_parts(app: Flask) -> None:
    db.db.init_app(app)
    hosts.init_app(app)
    headers.init_app(app)
    csrf = CSRFProtect(app)
    occasions.init_app(app)
    guard.init_app(app)
    language.init_app(app)
    pages.init_app(app)
    lateforms.init_app(app)
    menu.init_app(app)
    duties.init_app(app)
    firstpage.init_app(app)
    ratelimit.init_app(app)
    _name_parts(app)
    for module in (*CORE, *VENUES, *FOLLOWUP, *TRUST):
        app.register_blueprint(module.blueprint)
    csrf.exempt(cspreports.blueprint)  # browsers send it, not people; it changes nothing
    csrf.exempt(rescue.blueprint)
    csrf.exempt(ownleave.blueprint)  # its cookie is SameSite=Strict, and headers checks where a call is from
    csrf.exempt(sellerapi.blueprint)  # it knows no cookie
    csrf.exempt(api.blueprint)  # its credential cookie is SameSite=Strict, and headers checks Sec-Fetch-Site


def _name_parts(app: Flask) -> None:
    with app.app_context():
        status.stand_on(
            [
                Part("database", db.db.engine, steps=db.MIGRATIONS),
                Part("statistics", cube_store.reader(), probe=sa.select(cube_store.PERIODS.c.area_id).limit(1)),
                Part("followup", db.db.engines[followup_store.BIND], steps=followup_store.MIGRATIONS),
            ]
        )
