"""What units and venues owe the network, and what is missing: contact, commitment, instruction, people's rights.

ours         the one unit or venue that somebody speaks for
commitments  a partner agrees to a version of the commitment
instruction  the yearly instruction: read, practised or given at a meeting; who is due
missing      what the coordinator's first page says is missing
leaving      a unit hands its cards and stock to another, a venue takes its tablets out of use
popups       venues with a last day
people       who works for whom in an area, as its coordinator sees them
rights       a role ended, an account out of use and in use again, the half-yearly review
demo         made-up rows of all this
"""
