# One image for the web server, the workers and the migrations; docker-compose.yml says which of them a container is.

FROM node:24.21.0-trixie-slim AS front
WORKDIR /front
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev
RUN mkdir vendor && cp node_modules/htmx.org/dist/htmx.min.js node_modules/htmx-ext-sse/dist/sse.min.js \
    node_modules/openseadragon/build/openseadragon/openseadragon.min.js vendor/

FROM python:3.11.17-slim-trixie AS packages
WORKDIR /build
COPY requirements-uv.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-uv.lock
COPY pyproject.toml requirements.lock ./
# Of the lock only what a service runs: what the tests need stays out of the image. Nothing that the lock does not
# name, with the hash it names, is installed.
RUN uv venv /opt/venv && \
    uv pip install --no-cache --compile-bytecode --python /opt/venv/bin/python \
      --require-hashes --constraint requirements.lock -r pyproject.toml --extra sample

FROM python:3.11.17-slim-trixie
RUN useradd --uid 10001 --create-home tessera && \
    install -d -o tessera /var/cache/tessera /var/cache/tessera/tiles /var/cache/tessera/numba
WORKDIR /srv/tessera
COPY --from=packages /opt/venv /opt/venv
COPY app app
COPY worker worker
COPY engine engine
COPY cli cli
COPY migrations migrations
COPY alembic.ini ./
COPY templates templates
COPY static static
COPY --from=front /front/vendor static/vendor
# A module compiled here is one that no container compiles at its start.
RUN /opt/venv/bin/python -m compileall -q app worker engine cli
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/srv/tessera \
    PYTHONUNBUFFERED=1 \
    NUMBA_CACHE_DIR=/var/cache/tessera/numba \
    CACHE_DIR=/var/cache/tessera/tiles
USER tessera
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
# Each open progress page holds a thread for its event stream. Connections stay open longer than nginx keeps them
# (60 s), so that it never sends into one that was just closed. The heartbeat file lies in memory, not on a slow disk.
# What stands behind the question mark of an address is not logged: links are signed there. Who asks and how, only the
# application believes (TRUSTED_PROXIES).
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "32", "--keep-alive", "75", \
     "--graceful-timeout", "3", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-", \
     "--access-logformat", "%(h)s %(m)s %(U)s %(s)s %(B)s %(L)s", "--forwarded-allow-ips", "", \
     "app.factory:create_app()"]
