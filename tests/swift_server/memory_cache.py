"""The part of memcache that Swift's proxy asks for, in its own memory: without one, every request looks up its
account and container again."""

from __future__ import annotations

import json
import time as clock


class MemoryCache:
    """Values as JSON, as memcache would hold them, so that nobody changes what another one reads."""

    def __init__(self):
        self._values = {}

    def get(self, key, **_):
        text, until = self._values.get(key, ("null", 0))
        if until and until < clock.time():
            del self._values[key]
            return None
        return json.loads(text)

    def set(self, key, value, time=0, **_):
        self._values[key] = (json.dumps(value), clock.time() + time if time else 0)

    def incr(self, key, delta=1, time=0):
        value = max((self.get(key) or 0) + int(delta), 0)
        self.set(key, value, time=time)
        return value

    def decr(self, key, delta=1, time=0):
        return self.incr(key, -int(delta), time)

    def delete(self, key, **_):
        self._values.pop(key, None)


def filter_factory(global_conf, **local_conf):
    """What paste.deploy calls for `[filter:memory]`."""
    cache = MemoryCache()

    def wrap(app):
        def call(environ, start_response):
            environ["swift.cache"] = cache
            return app(environ, start_response)

        return call

    return wrap
