"""What pages complain of while tests use them: errors, warnings, breaches of the policy."""

# Of a question that a newer one replaced (`hx-sync`) htmx writes two lines. The page gave it up, and nothing is wrong.
ASKED, GIVEN_UP = "htmx:afterRequest", "htmx:sendAbort"


class Complaints:
    """`said` is what pages wrote that `hear` was told to listen to."""

    def __init__(self):
        self.said = []

    def hear(self, page, *, answers=False, apart=None):
        """answers : a response that says no is a complaint, too. apart : lines that hold this are none."""
        page.on("console", lambda message: self._written(message, apart))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        if answers:
            page.on(
                "response", lambda r: r.status >= 400 and self.said.append(f"{r.status} {r.url}")
            )

    def _written(self, message, apart):
        line = message.text
        if line.startswith(GIVEN_UP):
            self.said.remove(ASKED + line.removeprefix(GIVEN_UP))
        elif message.type in {"error", "warning"} and not (apart and apart in line):
            self.said.append(line)
