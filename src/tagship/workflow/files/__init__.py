"""The facts of built files, and what is written and removed beside them.

- built: what the files hold
- handed: what is looked at where the project is not
- origin, blobs: the project that they may be of, and what git holds of it
- predecessor: the release before them
- marks: whether they are still the same
- wanted: what of all this costs more than a look
- receipts, leftovers: what is written beside them, and what is removed there
"""
