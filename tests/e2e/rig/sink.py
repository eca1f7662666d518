"""Somebody's mail server at the host's address (the MX of lab.example), which writes down every octet it is sent."""
import socket
import threading


class Sink:
    def __init__(self, address, refuse=None):
        """`refuse`: what is answered to mail for an address, {"bob@lab.example": "550 no"}."""
        self._refuse = refuse or {}
        self.mails = []  # (sender, recipient, the octets between DATA's 354 and the end), in order of arrival
        self.commands = []
        self._server = socket.create_server((address, 25))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._session, args=(connection,), daemon=True).start()

    def _session(self, connection):
        file = connection.makefile("rwb", buffering=0)
        reader = connection.makefile("rb")
        file.write(b"220 client.lab.example\r\n")
        sender = recipient = ""
        while line := reader.readline():
            command = line.decode(errors="replace").strip()
            self.commands.append(command)
            if command.startswith("MAIL FROM:"):
                sender = command[10:]
            elif command.startswith("RCPT TO:"):
                recipient = command[8:]
                if refusal := self._refuse.get(recipient[1:-1]):
                    file.write(refusal.encode() + b"\r\n")
                    continue
            elif command == "DATA":
                file.write(b"354 go on\r\n")
                octets = b""
                while not octets.endswith(b"\r\n.\r\n"):
                    octets += reader.readline()
                self.mails.append((sender, recipient, octets[:-5]))
            elif command == "QUIT":
                file.write(b"221 bye\r\n")
                break
            file.write(b"250 client.lab.example\r\n")
        connection.close()

    def close(self):
        self._server.shutdown(socket.SHUT_RDWR)  # a thread that waits in accept() would take one more
        self._server.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
