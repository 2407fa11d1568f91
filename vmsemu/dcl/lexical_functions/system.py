"""F$GETSYI.

Source: DCL Dictionary; DCL reference 4.2, 4.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.values import Value, wrap
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


@lexical
def f_getsyi(dcl: Interpreter, item: str, node: str = "", csid: str = "") -> Value:
    """One fact about the node, or a system parameter. Errors: CLI.IVKEYW, SS.NOSUCHNODE."""
    from vmsemu.services.getsyi import getsyi, is_syi_item

    name = item.strip().upper()
    if not is_syi_item(dcl.system, name):
        raise at_segment(CLI.IVKEYW, name)
    value = getsyi(dcl.system, name, node.strip(), csid.strip())
    return wrap(value) if isinstance(value, int) else value
