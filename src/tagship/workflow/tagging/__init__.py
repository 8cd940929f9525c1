"""From an up-to-date main to a tag whose release has begun.

- facts: what the gate may ask of a tag that is not made yet
- naming: which tag is to be made
- place: one project with all that tagging touches
- tip: is HEAD what may be tagged, and is the name free?
- gating: the gate, ahead of the tag
- confirming: a jump that only the command line confirms
- making: the tag here, then on the remote
- watching: the host's run of the tag
- causes: why no run begins
- steps: all of them, put together for one project
"""
