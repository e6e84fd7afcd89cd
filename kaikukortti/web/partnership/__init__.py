"""Pages of commitments, instruction, people and their rights, and of what is missing.

missingpage      the coordinator's first page: what is missing, and the network in a few figures
duties           what is still to be done, on a partner's first page
ourpart          a unit's or venue's own commitment and instruction
committed        the commitment of one partner, as the coordinator sees and prints it
meetings         the coordinator records an instruction meeting
rights           people of an area: one person, the area's own people, the half-yearly review
leaving          a unit or a venue leaves
missingwords     the words of what is missing
commitmentwords  the words of the commitment
instructionwords the words of the yearly instruction
"""
