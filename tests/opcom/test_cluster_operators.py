"""Operators of one node of a cluster see the messages of the others."""

from tests.mail.mail_world import MailWorld
from vmsemu.opcom.opcom import OperatorCommunication, operator_message
from vmsemu.services.cluster import Cluster

BANNER = "%%%%%%%%%%%  OPCOM  14-MAY-2001 10:00:00.00  %%%%%%%%%%%"


def test_a_message_of_another_member_says_where_it_comes_from() -> None:
    alpha = MailWorld()
    beta = MailWorld(node="BETA1", kernel=alpha.kernel)
    cluster = Cluster()
    for world in (alpha, beta):
        world.system.add_part(OperatorCommunication(world.system))
        cluster.join(world.system)
    screen = beta.log_in("SMITH")
    beta.system.part(OperatorCommunication).enable(screen.name, "SMITH")
    screen.shown.clear()
    operator_message(alpha.system, "JONES", ["hello"])
    operator_message(beta.system, "JONES", ["hello"])
    assert screen.shown == [
        f"{BANNER}    (from node ALPHA1 at 14-MAY-2001 10:00:00.00)", "Message from user JONES on ALPHA1", "hello", "",
        BANNER, "Message from user JONES on BETA1", "hello", "",
    ]  # fmt: skip
    cluster.leave("ALPHA1")
    screen.shown.clear()
    operator_message(alpha.system, "JONES", ["gone"])
    assert not screen.shown
