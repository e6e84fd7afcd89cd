"""The meeting of ten minutes with the screen turned to the client, and what clients answered at its end.

meeting      the meeting with the screen turned to the client; episodemeeting is the same within an episode
meetingflow  which screen comes after which; meetingstate is what was said, signed in the form; meetinggoals whose it is
meetingforms, meetingwords  the forms of the meeting, its ladder, barrier cards and ideas
plantext     the text for the client plan, drafted, approved, copied by hand
voices       what clients said at the end of the unit's meetings
"""
