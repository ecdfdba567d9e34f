"""A web application, WSGI and ASGI. GET /grow takes memory until something stops it."""


def application(environ, start_response):
    models = []
    while environ["PATH_INFO"] == "/grow":
        models.append(bytearray(1 << 20))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello\n"]


async def asgi(scope, receive, send):
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    if scope["type"] == "lifespan":
        await send({"type": "lifespan.shutdown.complete"})
