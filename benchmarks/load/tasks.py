"""What billers do, key by key. Every task begins with going to its section.

Part of the time each works on what is their own, and part of the time on what all work on, so
that they are in each other's way.
"""

from collections.abc import Awaitable, Callable, Sequence

from benchmarks.load.biller import Biller

Task = Callable[[Biller], Awaitable[None]]
COLLIDES = 0.3  # the share of edits that go to records that everybody edits


async def look_at_claims(b: Biller) -> None:
    """Through the queue: down, pages, its ends."""
    if not await b.go("3"):
        return
    await b.down(6)
    for _ in range(b.random.randint(1, 4)):
        await b.press("pgdn")
    await b.press(b.random.choice(("end", "home", "pgup")))
    await b.down(4)


async def filter_claims(b: Biller) -> None:
    if not await b.go("3"):
        return
    await b.filter(b.random.choice(("balance>100", "status:denied", "age>60", "payer:aurora")))
    await b.down(5)
    await b.press("pgdn")
    await b.press("esc")


async def choose_view(b: Biller) -> None:
    if not await b.go(b.random.choice("23")):
        return
    await b.view(b.random.choice(("ready", "all")))
    await b.down(6)


async def read_claims(b: Biller) -> None:
    """Opens a claim, looks at its parts and at the next one."""
    if not await b.go("3"):
        return
    await b.down(8)
    await b.press("enter", "record")
    for key in ("]", "]", "alt+down", "]", "[")[: b.random.randint(2, 5)]:
        await b.press(key, "record")
    await b.press("esc")


async def edit_client(b: Biller) -> None:
    """A field of a client: one's own, or one that others edit too."""
    if not await b.go("6"):
        return
    numbers = b.shared if b.random.random() < COLLIDES else b.own
    await b.filter(b.random.choice(numbers))
    await b.press("enter", "record")
    if not await b.sees("ctrl+s save"):
        b.fail("a client's form did not open")
        return
    for _ in range(3):  # to the middle name
        await b.press("tab", "tab")
    await b.type("".join(b.random.choice("aeiou") for _ in range(5)))
    await b.save("ctrl+s", "client", r" Saved\.", r"is wrong|cannot")
    await b.press("esc")


async def hold_charge(b: Biller) -> None:
    if not await b.go("2"):
        return
    await b.view("new")
    await b.down(12)
    await b.press("h", "dialog")
    if not await b.sees("Hold 1 charge"):
        return
    await b.type("signed note missing")
    await b.save("enter", "hold", r"put on hold", r"left|cannot be|are not")


async def snooze_claim(b: Biller) -> None:
    if not await b.go("3"):
        return
    await b.view("denied")
    await b.down(12)
    await b.press("h", "dialog")
    if not await b.sees("enter snooze"):
        return
    await b.type(f"+{b.random.randint(2, 9)}d")
    if b.random.random() < 0.5:
        await b.press("tab", "tab")
        await b.type("payer calls back")
    await b.save("enter", "snooze", r"[Ss]nooze[ds]", r"left|cannot be|is not a date")


async def note_on_case(b: Biller) -> None:
    if not await b.go("4"):
        return
    await b.down(10)
    await b.press("enter", "record")
    await b.press("t", "dialog")
    await b.press("n", "dialog")
    if not await b.sees("ctrl+s write it"):
        return
    await b.type("called, records are on their way")
    await b.save("ctrl+s", "note", r"Note written", r"cannot be|is closed")


async def approve_marked(b: Biller) -> None:
    """Marks a few New charges and approves them, and has claims made of them."""
    if not await b.go("2"):
        return
    await b.view("new")
    await b.down(15)
    for _ in range(b.random.randint(1, 3)):
        await b.press("space", "cursor")
        await b.press("down")
    await b.press("a", "dialog")
    if not await b.sees("enter approve"):
        return
    if await b.save("enter", "approve", r"charges? approved", r"stays? New|left") and (
        b.random.random() < 0.7
    ):
        await b.press("a", "dialog")
        if await b.sees("enter generate"):
            await b.save("enter", "generate", r"claims? made|Generated", r"left as")


async def approve_days(b: Biller) -> None:
    """Approves all charges of a day, and mostly takes that back."""
    if not await b.go("2"):
        return
    await b.view("new")
    await b.press("a", "dialog")
    if not await b.sees("From"):
        return
    day = f"-{b.random.randint(3, 16)}d"
    await b.type(day)
    await b.press("tab", "tab")
    await b.type(day)
    await b.terminal.quiet(0.3, 5.0)
    if not await b.sees("enter approve"):
        return
    if await b.save("enter", "approve days", r"charges? approved", r"stays? New|left"):
        await b.press("enter")
        if b.random.random() < 0.8:
            await b.press("u", "dialog")
            if await b.sees("enter undo"):
                await b.save("enter", "undo", r"Undone: ", r"built on it since[^.]|cannot")


async def save_and_submit(b: Biller) -> None:
    if not await b.go("3"):
        return
    await b.view("draft")
    await b.down(20)
    for _ in range(b.random.randint(1, 3)):
        await b.press("space", "cursor")
        await b.press("down")
    await b.press("a", "dialog")
    if not await b.sees("enter save & submit"):
        return
    await b.save("enter", "save & submit", r"Ready to Submit, \d", r"cannot be|left as")


async def post_payment(b: Biller) -> None:
    """What waits to be looked at: the preview, its parts, and posting it."""
    if not await b.go("5"):
        return
    if "Payments ·" not in b.text:
        await b.press("]")
    await b.view("review")
    await b.down(3)
    await b.press("enter", "record")
    if "post" not in b.text.splitlines()[-1]:
        await b.press("esc")
        return
    await b.press("]", "record")
    await b.down(4)
    await b.press("a", "dialog")
    if not await b.sees("enter post"):
        await b.press("esc")
        return
    await b.save("enter", "post", r"[Pp]osted", r"already|left|nothing")


TASKS: Sequence[tuple[int, Task]] = (
    (18, look_at_claims),
    (8, filter_claims),
    (6, choose_view),
    (16, read_claims),
    (16, edit_client),
    (8, hold_charge),
    (8, snooze_claim),
    (10, note_on_case),
    (10, approve_marked),
    (2, approve_days),
    (8, save_and_submit),
    (4, post_payment),
)
"""How often each is done, among 114."""


def next_task(b: Biller) -> Task:
    return b.random.choices([task for _, task in TASKS], [weight for weight, _ in TASKS])[0]
