"""How members of staff prove who they are. `flow` is what pages call; all else stands behind it.

flow         e-mail and password, then the second factor; confirming anew
passwords    what a new password has to be
hashing      the Argon2id hash of a password, or of a holder's own key
guessable    the passwords that are guessed first: a list, and words about the person
throttling   what slows down guessing, counted in the database
challenges   what waits for a second factor, good once
factors      a person's second factors as a list
totp         codes of an authenticator app
passkeys     keys in the person's own device (WebAuthn)
recoverycodes  ten codes on paper for the day on which the factor is lost
resets       links to a new password by e-mail
ownpassword  a signed-in person changes the password
sessions     the signed-in browsers, one row each
unused       accounts that nobody uses are put out of use, with a notice before
administration  what commands do for people: a link, out of use and back, lost factors
people       staff as signing in sees them
trail        the entries and notices that all this leaves
seals        what the service's secret protects: keyed names, sealed secrets
demo         made-up people's authenticator apps
"""
