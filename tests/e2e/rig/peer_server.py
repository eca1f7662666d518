"""What runs in the container of rig/peer.py: SMTP with STARTTLS on port 25, HTTPS on 443, both with the certificate of
the name the client asks for (SNI). /peer/certificates/<name>.pem are certificates, /peer/policies/<domain> MTA-STS
policies; mail and what is posted goes to /peer/received."""
import http.server
import json
import os
import pathlib
import socketserver
import ssl
import threading
import uuid

ROOT = pathlib.Path("/peer")


def context():
    """Every handshake reads its certificate anew."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def choose(connection, name, _):
        own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        file = ROOT / "certificates" / f"{name}.pem"
        own.load_cert_chain(file if name and file.exists() else ROOT / "certificates" / "default.pem")
        connection.context = own
    made.sni_callback = choose
    made.load_cert_chain(ROOT / "certificates" / "default.pem")
    return made


def keep(kind, **fields):
    file = ROOT / "received" / f"{kind}-{uuid.uuid4().hex}"
    file.with_suffix(".new").write_text(json.dumps(fields))
    os.rename(file.with_suffix(".new"), file.with_suffix(".json"))


class Smtp(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def setup(self):
        self.connection = self.request
        self.tls = False
        super().setup()

    def starttls(self):
        self.say("220 go")
        self.request = context().wrap_socket(self.request, server_side=True)
        self.setup_streams()
        self.tls = True

    def setup_streams(self):
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb")

    def handle(self):
        self.say("220 peer ESMTP")
        sender, recipients = "", []
        while line := self.rfile.readline().decode(errors="replace"):
            verb = line.split()[0].upper() if line.strip() else ""
            if verb == "EHLO":
                self.say("250-peer" if self.tls else "250-peer\r\n250-STARTTLS")
                self.say("250 8BITMIME")
            elif verb == "STARTTLS":
                self.starttls()
            elif verb == "MAIL":
                sender, recipients = line.strip(), []
                self.say("250 ok")
            elif verb == "RCPT":
                recipients.append(line[line.index("<") + 1:line.index(">")])
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go")
                lines = []
                while (octets := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(octets.removeprefix(b"."))
                keep("mail", sender=sender, recipients=recipients, tls=self.tls,
                     text=b"".join(lines).decode("latin-1"))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class Web(http.server.BaseHTTPRequestHandler):
    def setup(self):
        self.request = context().wrap_socket(self.request, server_side=True)
        super().setup()

    def answer(self, status, text=b""):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        file = ROOT / "policies" / self.headers["Host"].removeprefix("mta-sts.")
        if self.path == "/.well-known/mta-sts.txt" and file.exists():
            self.answer(200, file.read_bytes())
        else:
            self.answer(404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        keep("post", path=self.path, type=self.headers["Content-Type"], text=body.decode("latin-1"))
        self.answer(201)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # the other side hung up: that is what some cases are about


(ROOT / "received").mkdir(exist_ok=True)
threading.Thread(target=Server(("0.0.0.0", 25), Smtp).serve_forever, daemon=True).start()
Server(("0.0.0.0", 443), Web).serve_forever()
