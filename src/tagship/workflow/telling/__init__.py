"""What is told without changing anything.

- overview: what `show` tells of a project
- status: where each version stands
- notes: a release's notes
- advice: the one next command
"""
