"""HTTP in, HTTP out: parse, make one call, render. One file per blueprint; each blueprint declares who may enter.

areacards    the coordinator looks up a card by number, blocks it or opens it
areas        the coordinator's settings of the area
cards        the issuing desk of a unit: newest cards, a card's page and picture
handout      handing out a card in four short steps
cardlife     block, open, pause, take back, undo: a small page each
cardchange   renew, replace, correct
lostcards    a lost card whose number nobody knows
sleeping     a unit's unused cards and what to suggest
renewals     what ends soon; several cards renewed one after the other
mobile       the mobile card as its holder sees it
mobilecards  a worker opens and closes a mobile card
offer        the public offer: what is on, the places, one place and its calendar
inviting     an invitation as every page sends it
openwork     what another part has open in a unit that would leave
ourplace     the venue manager's page about the own place
partners     the coordinator's register of units, venues and people
preferences  language and text size
figures/     statistics: pages, annual reports, the published tables for programs; their charts and words
signin/      pages of signing in, of the own sessions and second factors
messaging/   announcements, feedback, who was turned away, accessibility
partnership/ commitments, instruction, people and their rights, what is missing
trust/       privacy texts, a holder's data and log, retention
followup/    what visits give back: pages of the holder, of units, of the area
followupsentences what follow-up says no to
trustsentences what signing in, partners' duties, messages and retention say no to
found        the neutral page of a found card
public       front page, help, about: no sign-in
status       liveness and readiness for machines
stock        the coordinator's stock: print, mark stolen, take out
stockforms   the forms about stock
stockimport  the coordinator takes in codes printed elsewhere
stockroom    a unit's stock: what is left, counted, spoiled
programmesentences  what is said when something cannot be planned
stockwords   files, cells and counts in words
takehome     the take-home sheet and the paper form
cardstate    a card's state and past in words, and what can be done with it
deskforms    the forms of the issuing desk
desksentences  what a DomainError of the desk says
bookingsentences  what is said when a booking cannot be made, changed or kept
doorsentences what the door says when something cannot be done
choices      the words of every list that people choose from
figuresentences  what a DomainError of the figures and their reports says
forms        one form object per page
placeforms   the forms about a venue as a place
sellersentences what is said to ticket sellers' systems
sheetpage    draws the take-home sheet
offerfeed    the calendar of a place in iCalendar
offerfilters what an address of the offer asks for
offerview    the offer ready to be drawn
offerwords   the words of the offer
occasions    what each page is for, for the trail
guard        guarded_blueprint, the session of a request, the fresh proof that some pages ask for
browsers     which browser on which system, in a few words
headers      content-security policy and its kin
hosts        the names under which pages and door answer
lastresort   the answer to a fault that no page survives
language     the reader's language, catalogues, dates and figures in words
letters      what each kind of e-mail says
ratelimit    how often one address may ask for a public page, over all processes
requestlog   around every request: its id, its record in the log, its figures
pages        errors to pages or JSON, menu, template filters
sentences    what a DomainError says to a person
"""
