"""Is the code host set to what the release workflow needs?

- repository: is it where the remote says, and open?
- main, tags: what protects them
- environment, secrets: where the credential is, and who may use it
- switches: what the host can be told to insist on
- workflows: whether the workflow files and the settings fit each other
- asking: what the checks may ask, and words that they share
"""
