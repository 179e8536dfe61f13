"""Sends the emails that wait, through the practice's mail server, and tries again what failed."""

from rcm_tui.billing.cases.timeline.emails import next_letter, not_sent, sent
from rcm_tui.billing.outcome import Refused, counted
from rcm_tui.data.actor import WORKER
from rcm_tui.exchange.mail.message import made_message
from rcm_tui.exchange.mail.server import MailRefused, MailServer, MailTrouble, deliver
from rcm_tui.jobs.alarms import end_emergencies, send_alarms
from rcm_tui.jobs.turn import Result, Turn


def send_emails(turn: Turn, server: MailServer | None = None) -> Result:
    """The job: `items` are the emails sent. What went wrong stands on each email, not here.

    Without a server that the practice has set nothing is ever sent: emails wait.
    """
    end_emergencies(turn)
    if server is None:
        return Result()
    told_of, trouble = send_alarms(turn, server)
    done = waiting = failed = 0
    while True:
        turn.between()
        with turn.store.work(WORKER, turn.clock()) as work:
            turn.lease.check(work)
            letter = next_letter(work)
        if letter is None:
            break
        problem, for_good = "", False
        try:
            message = made_message(
                sender=server.sender,
                to=letter.to,
                copies=letter.copies,
                subject=letter.subject,
                text=letter.text,
                message_id=letter.message_id,
                date=turn.clock(),
            )
            left_out = deliver(server, message)
        except (MailRefused, Refused) as error:
            problem, for_good = str(error), True
        except MailTrouble as error:
            problem = str(error)
        with turn.store.work(WORKER, turn.clock()) as work:
            if not problem:
                sent(work, letter, left_out)
                done += 1
            elif not_sent(work, letter, problem, for_good=for_good):
                failed += 1
            else:
                waiting += 1
    told = [f"{counted(done, 'email')} sent"] if done else []
    told += [f"{counted(waiting, 'email')} tried again later"] if waiting else []
    told += [f"{counted(told_of, 'alarm')} sent"] if told_of else []
    problems = [trouble] if trouble else []
    problems += [f"{counted(failed, 'email')} could not be sent; see the case."] if failed else []
    return Result(done + told_of, f"{', '.join(told)}." if told else "", problems)
