"""The trail as it is read, verified and closed; `kaikukortti.audit` writes it.

cardlog       who has looked at a holder's card, for the holder
heads         the newest links of all chains as a file that is kept on another machine
seals         months closed under a seal, and what is old enough deleted under it
verification  whether each chain is whole, from its beginning or its newest seal to its head
"""
