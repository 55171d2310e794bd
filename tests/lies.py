"""Files that lie: well made, with a right checksum, over values that nobody writes."""


def places(value, where=()):
    """Where there is something in nested values."""
    yield where
    if type(value) is dict:
        for key, item in value.items():
            yield from places(item, (*where, key))
    elif type(value) in (list, tuple):
        for key, item in list(enumerate(value))[:3]:
            yield from places(item, (*where, key))


def replaced(value, where, lie):
    if not where:
        return lie
    inner = replaced(value[where[0]], where[1:], lie)
    if type(value) is dict:
        return value | {where[0]: inner}
    items = list(value)
    items[where[0]] = inner
    return type(value)(items)
