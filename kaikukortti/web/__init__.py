"""HTTP in, HTTP out: parse, make one call, render. One file per blueprint; each blueprint declares who may enter.

accounts     sign in and out, invitations, choice of organisation
cards        the issuing desk of a unit
partners     the coordinator's register of units, venues and people
preferences  language and text size
public       front page, help, about: no sign-in
status       liveness and readiness for machines
statistics   the coordinator's figures
stock        the coordinator prints stock cards
choices      the words of every list that people choose from
findings     words beside figures
charts       geometry of charts
forms        one form object per page
guard        guarded_blueprint and the signed-in person
headers      content-security policy and its kin
language     the reader's language, catalogues, dates and figures in words
pages        errors to pages or JSON, menu, template filters
sentences    what a DomainError says to a person
"""
