"""A holder's rights, with the card in hand: everything that is kept about it, who looked, and its erasure.

collecting    everything that is kept, from both databases; which tables are read
followuprows  what the follow-up database keeps of a line of cards
mainrows      what the main database keeps of it
shape         sections of plain rows, and whose they are
"""
