"""Knowledge without tools: questions of fact from frozen tables, graded by obscurity.

`facts` makes a task of a table, `reply` says what an answer is, `places` knows what countries are
called. Left out on purpose: UTC offsets of time zones (one of 25 is guessed, and countries change
them), and which of two is larger (half is guessed).
"""
