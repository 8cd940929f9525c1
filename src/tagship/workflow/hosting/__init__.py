"""Is the code host set as the release workflow needs it, and if not, setting it.

- place: one repository with its host
- facts: what is so, each looked up once; wanting: what is needed
- diagnosis: the report
- steps: one for each setting; setting: how one request is sent and recorded
- taking_back: what was set from this clone, undone
"""
