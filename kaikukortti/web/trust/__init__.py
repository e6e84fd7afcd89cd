"""Pages about what is kept: privacy texts, a holder's data and log, retention.

cardlog      who has looked at a card, for its holder
cspreports   what browsers say about the content-security policy
erasure      the holder asks that what is kept be erased
holdercolumns  names of the columns of what is kept
holderdata   everything that is kept about the holder of a card
holdervalues words of values from closed lists in it
holderwords  what is kept, in words
logwords     what was done with a card and what for, in words
inhand       a sign that the holder's card is in hand
privacy      the privacy pages that anybody may read
"""
