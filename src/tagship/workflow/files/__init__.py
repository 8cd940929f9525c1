"""The facts of built files, and what is written and removed beside them.

- built: what the files hold
- origin, blobs: the project that they may be of, and what git holds of it
- predecessor: the release before them
- wanted: what of all this costs more than a look
- receipts, leftovers: what is written beside them, and what is removed there
"""
