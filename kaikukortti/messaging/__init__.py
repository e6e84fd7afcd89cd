"""What is said between coordinator, partners and the public.

homes          for whom somebody speaks
freetext       what people write: paragraphs, never an identity code or a card number
announcements  the coordinator's word to units and venues, who has read it, its end
feedback       what partners write to the coordinator, and the answer
answerword     the word with which somebody who gave no name reads an answer
turnedaway     "I was turned away": told without an account, the card not kept
accessibility  feedback on accessibility, answered in 14 days, the address forgotten after 30 more
digests        digests and reminders by e-mail, put into the queue every night
demo           made-up messages for the demo
"""
