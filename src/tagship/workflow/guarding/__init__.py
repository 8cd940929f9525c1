"""What came to main, and how.

- place: the project, and who can be asked about its main branch
- spans: which commits are meant: those of a push, of a range, of some days
- witnessing: what is asked of the host, and how seldom
- examining: from all of that to a report
- issue: the one issue in which direct commits are told
"""
