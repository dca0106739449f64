"""An attribute that is made when it is first asked for, once, whichever thread asks first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")
# Making one may ask for another.
_MAKING = threading.RLock()


class Once(Generic[T]):
    """Decorates the method that makes it: what the method imports is loaded by nobody who does not ask.

    `functools.cached_property` makes two where two threads ask at once (Python 3.12 and later).
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        with _MAKING:
            # From then on the instance's own attribute is found first.
            if self._name not in vars(instance):
                vars(instance)[self._name] = self._make(instance)
            made: T = vars(instance)[self._name]
            return made
