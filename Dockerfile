# toolchain → build → image ← viewer; `checks` is the toolchain plus what the tests need. The lines "==> …" are the stages
# start_mailserver.sh shows.
ARG BASE=docker.io/library/debian:trixie-slim

FROM ${BASE} AS toolchain
RUN echo "==> installing the compiler" \
 && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
      ccache cmake g++ ninja-build pkg-config \
      libc-ares-dev libctemplate-dev libcurl4-openssl-dev libldap-dev libpoco-dev libsqlite3-dev libssl-dev libunbound-dev \
 && rm -rf /var/lib/apt/lists/*

FROM toolchain AS checks
RUN echo "==> installing the checkers" \
 && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
      clang clang-format clang-tidy doctest-dev esbuild libclang-rt-dev node-typescript openssl python3 shellcheck victoria-metrics \
 && rm -rf /var/lib/apt/lists/*

FROM toolchain AS build
WORKDIR /source
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY src src
# The compiler cache outlives the build: after an update only what changed is compiled.
RUN --mount=type=cache,target=/root/.cache/ccache \
    echo "==> compiling" \
 && cmake --preset release -DCMAKE_CXX_COMPILER_LAUNCHER=ccache && cmake --build --preset release \
 && install -D build/release/src/app/mailserver /out/usr/local/bin/mailserver \
 && mkdir -p /out/usr/share/mailserver/templates && cd src/engines \
 && find . -path './*/etc/*' -type f -exec cp --parents -t /out/usr/share/mailserver/templates {} +

FROM ${BASE} AS viewer
RUN echo "==> building the dashboards" \
 && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends esbuild \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY dashboards dashboards
RUN dashboards/viewer/build.sh /out/viewer \
 && mkdir /out/dashboards /out/rules && cp dashboards/*.json /out/dashboards && cp dashboards/rules/mail.yml /out/rules \
 && cp dashboards/scrape.yml /out

FROM ${BASE} AS image
# Files in the workspace belong to these ids: they must be the same in every image, whatever order Debian's packages
# would create them in. The ids are in the range Debian gives to system users, which its packages insist on.
RUN printf '%s\n' 'path-exclude=/usr/share/man/*' 'path-exclude=/usr/share/locale/*' 'path-exclude=/usr/share/doc/*' \
      'path-include=/usr/share/doc/*/copyright' > /etc/dpkg/dpkg.cfg.d/slim \
 && user() { groupadd --gid "$2" "$1" && useradd --uid "$2" --gid "$2" --home-dir "$3" --no-create-home \
      --shell /usr/sbin/nologin $4 "$1"; } \
 && user mailuser 2001 /nonexistent "" \
 && user postfix 901 /var/spool/postfix --system && groupadd --gid 902 postdrop \
 && user dovecot 903 /usr/lib/dovecot --system \
 && user dovenull 904 /nonexistent --system \
 && user _rspamd 905 /var/lib/rspamd --system && user valkey 906 /var/lib/valkey --system \
 && user unbound 907 /var/lib/unbound --system && user postsrsd 908 /nonexistent --system \
 && user clamav 909 /var/lib/clamav --system && user monitoring 910 /nonexistent --system \
# Of VictoriaMetrics only the store and the alert rules, 31 MB of 126.
 && for program in vmagent vmalert-tool vmauth vmbackup vmctl vmrestore; do \
      echo "path-exclude=/usr/bin/$program" >> /etc/dpkg/dpkg.cfg.d/slim; \
    done

# ssl-cert, which Postfix depends on, makes a key, PostSRSd a secret: no key may be part of the image. Nobody in the image needs to become
# somebody else by a file's setuid or setgid bit: what Postfix' commands are for, root calls. ClamAV wants logrotate, that wants cron, and that systemd or a part of it:
# systemd-standalone-sysusers is the part.
RUN echo "==> installing the mail engines" \
 && echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections \
 && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
      ca-certificates dns-root-data \
      dovecot-core dovecot-flatcurve dovecot-imapd dovecot-ldap dovecot-lmtpd dovecot-managesieved dovecot-pop3d \
      dovecot-sieve dovecot-sqlite \
      isync clamav-daemon clamav-freshclam systemd-standalone-sysusers \
      openssh-client restic \
      libsasl2-modules postfix postfix-pcre postfix-sqlite postsrsd rspamd unbound unbound-anchor valkey-server victoria-metrics \
      libcares2 libctemplate3t64 libcurl4t64 libldap2 libpococrypto100 libpocodatasqlite100 libpocojson100 libpoconetssl100 libpocoprometheus100 libpocoutil100 libpocoxml100 libpocozip100 \
      libsqlite3-0 libssl3t64 libunbound8 \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
 && rm -rf /etc/ssl/private/* /etc/ssl/certs/ssl-cert-snakeoil.pem /etc/dovecot/private/* /etc/postsrsd.secret \
      /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/*

# Older versions have known holes.
RUN for floor in \
      postfix=3.10.13-0+deb13u1 dovecot-core=1:2.4.1+dfsg1-6+deb13u6 valkey-server=8.1.1+dfsg1-3+deb13u2 \
      rspamd=3.12.1-1 clamav-daemon=1.4.3+dfsg-1; do \
        installed=$(dpkg-query --show --showformat='${Version}' "${floor%%=*}") || exit 1; \
        dpkg --compare-versions "$installed" ge "${floor#*=}" \
          || { echo "${floor%%=*} $installed is older than ${floor#*=}: it has known security holes"; exit 1; }; \
    done

# The filter compiles its patterns for this machine's processor when it first starts, for 10 to 60 seconds, and is deaf
# meanwhile: done here, it answers at once. On another processor it would notice and compile them again.
RUN echo "==> compiling the filter's patterns" \
 && mkdir -p /var/cache/mailserver/hyperscan /tmp/rspamd && chown _rspamd:_rspamd /var/cache/mailserver/hyperscan /tmp/rspamd \
 && printf 'type = "console";\nlevel = "info";\n' > /etc/rspamd/local.d/logging.inc \
 && printf 'hs_cache_dir = "/var/cache/mailserver/hyperscan/";\n' > /etc/rspamd/local.d/options.inc \
 && { rspamd -f -u _rspamd -g _rspamd --var=DBDIR=/tmp/rspamd --var=RUNDIR=/tmp/rspamd > /tmp/rspamd.log 2>&1 & } \
 && for second in $(seq 300); do \
      ! grep -q 'hyperscan expressions after receiving' /tmp/rspamd.log || break; sleep 1; \
    done \
 && { grep -q 'hyperscan expressions after receiving' /tmp/rspamd.log || { tail -n 20 /tmp/rspamd.log; exit 1; }; } \
 && pkill rspamd && rm -rf /var/cache/mailserver/hyperscan/*.unser /tmp/* /etc/rspamd/local.d/logging.inc /etc/rspamd/local.d/options.inc

# The container's file system is read-only, so the engines' configuration is written below /run, where these links lead.
RUN mkdir /usr/share/mailserver && rm -rf /run/adduser && mv /etc/postfix /usr/share/mailserver/postfix \
 && rm -rf /etc/clamav /etc/dovecot /etc/ldap /etc/unbound /etc/valkey /etc/rspamd/local.d /etc/rspamd/lua.local.d /etc/rspamd/override.d \
 && for folder in clamav dovecot ldap postfix unbound valkey rspamd/local.d rspamd/lua.local.d rspamd/operator rspamd/override.d; do \
      ln -s "/run/mailserver/etc/$folder" "/etc/$folder"; \
    done

COPY --from=build /out/ /
COPY --from=viewer /out/ /usr/share/mailserver/monitoring/
RUN mailserver settings-template > /dev/null && mailserver sbom > /usr/share/mailserver/sbom.cdx.json
LABEL mailserver.image=1
EXPOSE 25 80 110 143 443 465 587 993 995 4190
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s CMD ["mailserver", "health"]
ENTRYPOINT ["/usr/local/bin/mailserver"]
CMD ["run"]
