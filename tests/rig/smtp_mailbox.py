# SPDX-License-Identifier: Apache-2.0
"""The other end of a mail program: takes what comes by SMTP (RFC 5321), as much of it as msmtp speaks, and keeps it."""

import dataclasses
import email
import email.policy
import socketserver
import threading


@dataclasses.dataclass
class Taken:
    recipients: list
    mail: email.message.EmailMessage


class Conversation(socketserver.StreamRequestHandler):
    timeout = 30

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        recipients = []
        self.say("220 mailbox")
        while line := self.rfile.readline(1000):
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipients.append(line.decode().partition("<")[2].partition(">")[0])
            if verb == b"DATA":
                self.say("354 go on")
                self.server.taken.append(Taken(recipients, self.read_mail()))
            self.say("221 bye" if verb == b"QUIT" else "250 mailbox")
            if verb == b"QUIT":
                return

    def read_mail(self):
        text = b""
        while (line := self.rfile.readline(1000)) not in (b".\r\n", b""):
            text += line.removeprefix(b".")
        return email.message_from_bytes(text, policy=email.policy.default)


class Mailbox(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), Conversation)
        self.taken = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def end(self):
        self.shutdown()
        self.server_close()
