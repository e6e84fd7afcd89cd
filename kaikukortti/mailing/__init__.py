"""E-mail: a queue in the database, and what sends it. Nothing about a holder is ever in one.

kinds       what each kind of e-mail is told, and nothing else
queue       put an e-mail in, in the transaction of the caller
linkseal    the seal on a secret link that waits
sending     claim what is due, send it, try again later, give up
message     one e-mail with its headers
transports  a mail server, a folder
setup       the way out that the settings name

What the letters say is in web/letters and templates/mail.
"""
