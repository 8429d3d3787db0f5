"""Agents that solve every level by reading what a model reads: the question, and what tools return.

Each is a generator of messages that is sent what the environment says to them.
"""

import json
import re

BUSY = "Error: busy"


def says(messages):
    """The next message of the agent that this conversation is with; for servers."""
    started = next(i for i, m in enumerate(messages) if "messages" in m["content"])
    agent = agent_for(messages[started]["content"])
    said = next(agent)
    for told in messages[started + 2 :: 2]:
        said = agent.send(told["content"])
    return said


def agent_for(question):
    kinds = {"Start with": calculating, "Get the value": following, "Each account": moving,
             "What number does": searching, "Every file of": ordering}  # fmt: skip
    (found,) = [agent for begins, agent in kinds.items() if begins in question]
    return found(question)


def asked(**request):
    """What the tools return, asked again while they are busy."""
    while True:
        told = yield json.dumps(request)
        if not told.startswith(BUSY):
            return told.rpartition("\n(messages left: ")[0]


def calculating(question):
    """One request for each sentence."""
    signs = {
        r"Add (\w+) to it": "+", r"Subtract (\w+) from it": "-", r"Multiply it by (\w+)": "*",
        r"Divide it by (\w+) and drop the fraction": "//",
        r"Take the remainder of dividing it by (\w+)": "%",
    }  # fmt: skip
    value = re.search(r"Start with (\d+)", question)[1]
    names = {}
    for sentence in question[question.index("Start with") :].split(". ")[1:]:
        if named := re.match(r"Call the result (\w)", sentence):
            names[named[1]] = value
        for pattern, sign in signs.items():
            if found := re.match(pattern, sentence):
                right = names.get(found[1], found[1])
                value = yield from asked(tool="calculate", expression=f"{value} {sign} {right}")
    yield f"I have it.\nAnswer: {value}"


def following(question):
    """From key to key until there is a number."""
    told = re.search(r"Get the value of '([\w-]+)'", question)[1]
    while not told.isdecimal():
        told = yield from asked(tool="get", key=re.sub(r"see ([\w-]+), not.*", r"\1", told))
    yield f"Answer: {told}"


def moving(question):
    """One transfer after the other, then the receipt."""
    line = re.compile(
        r"\d+\. Move (\d+) coins from (.+?) to (.+?)(?: if (.+) then holds more than (\d+))?\.$",
        re.M,
    )
    for coins, *ends, condition, limit in line.findall(question):
        keys = []
        for end in ends:
            key = re.search(r"'([\w-]+)'", end)[1]
            keys.append((yield from asked(tool="get", key=key)) if "names" in end else key)
        held = int((yield from asked(tool="get", key=keys[0])))
        if condition:
            assert condition == ends[0]
            if held <= int(limit):
                continue
        assert held >= int(coins)
        yield from asked(tool="set", key=keys[0], value=str(held - int(coins)))
        held = int((yield from asked(tool="get", key=keys[1])))
        yield from asked(tool="set", key=keys[1], value=str(held + int(coins)))
    told = yield from asked(tool="commit")
    yield f"Answer: {told.split()[-1]}"


def searching(question):
    """Down the tree until the file turns up, then from note to note."""
    path = re.search(r"the file (\S+)", question)
    folder = re.search(r"of the folder (\S+) hold", question)
    if folder:
        name = yield from asked(tool="list", path=folder[1])
        path = f"{folder[1]}/{name}"
    else:
        path = path[1].rstrip(",")
    if not path.startswith("/"):
        path = yield from found("/", path)
    while True:
        told = yield from asked(tool="read", path=path)
        if told.isdecimal():
            break
        path = re.search(r"in (/\S+)\.$", told)[1]
    yield f"The file says so.\nAnswer: {told}"


def found(folder, name):
    """Where a file of that name is, or None."""
    listed = yield from asked(tool="list", path=folder)
    names = listed.splitlines()
    if name in names:
        return f"{folder.rstrip('/')}/{name}"
    for inner in names:
        if inner.endswith("/"):
            path = yield from found(f"{folder.rstrip('/')}/{inner[:-1]}", name)
            if path:
                return path
    return None


def ordering(question):
    """Read each file, move those that are to be moved."""
    inbox = re.search(r"of the folder (\S+) tells", question)[1]
    rules = re.findall(
        r"state is '(\w+)'(?: and whose amount is more than (\d+))? to (/[\w-]+)", question
    )
    for name in (yield from asked(tool="list", path=inbox)).splitlines():
        path = f"{inbox}/{name}"
        told = yield from asked(tool="read", path=path)
        state, amount = re.search(r"State: (\w+)\. Amount: (\d+)\.", told).groups()
        for wanted, limit, to in rules:
            if state == wanted and int(amount) > int(limit or -1):
                yield from asked(tool="move", path=path, to=to)
    told = yield from asked(tool="seal")
    yield f"Answer: {told.split()[-1]}"
