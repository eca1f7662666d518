"""An LDAP directory: Debian's slapd, with a little schema of its own for aliases and quotas."""
import base64

from .peer import Authority
from .podman import podman, run, wait_until

CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 2.25.1 NAME 'mailAlternateAddress' EQUALITY caseIgnoreIA5Match SUBSTR caseIgnoreIA5SubstringsMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )
attributetype ( 2.25.2 NAME 'mailQuota' EQUALITY caseIgnoreIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 SINGLE-VALUE )
objectclass ( 2.25.3 NAME 'mailUser' SUP top AUXILIARY MAY ( mailAlternateAddress $ mailQuota ) )
moduleload back_mdb
moduleload memberof
TLSCertificateFile /ldap/server.crt
TLSCertificateKeyFile /ldap/server.key
# Nobody shows a password before TLS.
security simple_bind=128
disallow bind_anon
pidfile /run/slapd.pid
database mdb
directory /ldap/db
suffix dc=lab,dc=example
rootdn cn=root,dc=lab,dc=example
rootpw root
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.base=cn=mail,dc=lab,dc=example read by * none
"""

TREE = """\
dn: dc=lab,dc=example
objectClass: dcObject
objectClass: organization
dc: lab
o: Lab

dn: ou=people,dc=lab,dc=example
objectClass: organizationalUnit
ou: people

dn: cn=mail,dc=lab,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: mail
userPassword: {reader}
"""


class Slapd:
    """At ldap.lab.example, with StartTLS on port 389 and TLS on 636, and a certificate of `authority`."""

    NAME = "ldap.lab.example"
    BASE = "dc=lab,dc=example"
    PEOPLE = f"ou=people,{BASE}"
    READER = f"cn=mail,{BASE}"
    # What a configuration file could stumble over.
    READER_PASSWORD = 'r"e\\a%d{user}$e`r'

    def __init__(self, lab):
        self._lab = lab
        self.authority = Authority(lab)
        self._folder = lab.folder("ldap")
        self.ipv4, ipv6 = lab.addresses("ldap")
        lab.publish_host(self.NAME, self.ipv4, ipv6)
        self.authority.issue(self.NAME, self._folder / "server.pem")
        (self._folder / "slapd.conf").write_text(CONFIG)
        (self._folder / "tree.ldif").write_text(TREE.format(reader=self.READER_PASSWORD))
        self.container = lab.container(
            "ldap", ["sh", "-ec", "mkdir /ldap/db; slapadd -f /ldap/slapd.conf -l /ldap/tree.ldif; while :; do "
                     "[ -e /ldap/stopped ] || slapd -d 256 -f /ldap/slapd.conf -h 'ldap:/// ldaps:///' || true; "
                     "sleep 0.05; done"],
            address="ldap", options=[f"--volume={self._folder}:/ldap"])
        wait_until("slapd to answer", lambda: self._tool("ldapsearch", "-b", self.BASE, "-s", "base"), deadline=20)

    def settings(self, appliance_workspace, **others):
        """Those of an appliance, whose workspace gets the authority's certificate."""
        (appliance_workspace / "ldap-ca.pem").write_text(self.authority.file.read_text())
        return {"LDAP_URI": f"ldap://{self.NAME}", "LDAP_CA_FILE": "ldap-ca.pem", "LDAP_BIND_DN": self.READER,
                "LDAP_BIND_PASSWORD": self.READER_PASSWORD, "LDAP_BASE_DN": self.PEOPLE,
                "LDAP_ALIAS_ATTRIBUTE": "mailAlternateAddress", "LDAP_QUOTA_ATTRIBUTE": "mailQuota", **others}

    def _tool(self, name, *words, input=None):
        # StartTLS: the rule above is for the root, too.
        return podman("exec", "--interactive", "--env=LDAPTLS_REQCERT=never", self.container, name, "-x", "-ZZ", "-H",
                      "ldap://localhost", "-D", f"cn=root,{self.BASE}", "-w", "root", *words, input=input or "")

    def add(self, uid, mail, password="secret", *, aliases=(), quota=None):
        """A person; `mail` is an address or a list of them."""
        lines = [f"dn: uid={uid},{self.PEOPLE}", "objectClass: inetOrgPerson", "objectClass: mailUser", f"uid: {uid}",
                 f"cn: {uid}", f"sn: {uid}", f"userPassword:: {base64.b64encode(password.encode()).decode()}"]
        lines += [f"mail: {one}" for one in ([mail] if isinstance(mail, str) else mail)]
        lines += [f"mailAlternateAddress: {one}" for one in aliases]
        lines += [f"mailQuota: {quota}"] if quota else []
        self._tool("ldapadd", input="\n".join(lines) + "\n")

    def group(self, name, *uids):
        """A group with members; returns its DN."""
        dn = f"cn={name},{self.BASE}"
        self._tool("ldapadd", input="\n".join([f"dn: {dn}", "objectClass: groupOfNames", f"cn: {name}",
                                               *(f"member: uid={uid},{self.PEOPLE}" for uid in uids)]) + "\n")
        return dn

    def remove(self, uid):
        self._tool("ldapdelete", f"uid={uid},{self.PEOPLE}")

    def stop(self):
        """From now on its ports refuse."""
        (self._folder / "stopped").touch()
        podman("exec", self.container, "sh", "-c", "kill $(cat /run/slapd.pid)")
        wait_until("slapd to end", lambda: podman("exec", self.container, "sh", "-c", "! pidof slapd"), deadline=20)

    def start(self):
        (self._folder / "stopped").unlink()
        wait_until("slapd to answer", lambda: self._tool("ldapsearch", "-b", self.BASE, "-s", "base"), deadline=20)

    def pause(self):
        """From now on it takes connections and says nothing, until resume()."""
        podman("pause", self.container)

    def resume(self):
        podman("unpause", self.container)
