"""Families whose questions reasoning-gym draws: their ladders, prompts and scorers are our own.

`load` imports its generators one by one, `wrap` makes a task of a generator and a ladder, `score`
and `expressions` compare answers; the other modules hold the families.
"""
