"""Pages of signing in: password, second factor, recovery, a new password, the own sessions and factors.

entering     sign in step by step, sign out, choice of organisation
newpassword  invitations; a forgotten password
factors      the own second factors and recovery codes
confirming   proves anew that the signed-in person is there
ownaccount   the own sessions, the own password
lateforms    a form that came after its session had ended, or without a fresh proof
proving      answering a challenge, for sign-in and for confirming
signinforms  the forms
surroundings what a request tells the services: sender, secret, whom a passkey is made for

"""
