"""How many keys the server lists at once: few, so that a test of paging needs few objects.

A module of its own, because whatever imports swift imports eventlet, which objects to every fork from then on.
"""

PAGE = 20
