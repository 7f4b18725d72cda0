"""Brume's runtime for Python functions: loads the handler, then asks for one invocation after another.

Needs the standard library only, and little of it, so that it starts fast on Python 3.8 and later.
"""

import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback

ROOT = "/2018-06-01/runtime/"
NO_BREAK_SPACE = "\u00a0"

request_id = ""


class RuntimeFault(Exception):
    """An error of the runtime itself, named as Lambda names it."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.trace = trace or []


class RuntimeClient:
    """The Runtime API over one kept connection."""

    def __init__(self, path, token):
        self.token = token
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.reader = self.socket.makefile("rb")

    def assignment(self):
        """The variables of the function that this process is for."""
        self.socket.sendall(self.request("GET", "brume/assignment"))
        return json.loads(self.receive()[1])

    def next(self):
        """The next invocation: header values by lower-case name, and the event as bytes."""
        self.socket.sendall(self.request("GET", "invocation/next"))
        return self.receive()

    def respond_and_next(self, invocation_id, body, content_type):
        path = "invocation/%s/response" % invocation_id
        return self.post_and_next(self.request("POST", path, body, content_type))

    def fail_and_next(self, invocation_id, error):
        path = "invocation/%s/error" % invocation_id
        return self.post_and_next(self.error_request(path, error))

    def post_and_next(self, post):
        self.socket.sendall(post + self.request("GET", "invocation/next"))
        self.receive()
        return self.receive()

    def fail_init(self, error):
        self.socket.sendall(self.error_request("init/error", error))
        self.receive()

    def error_request(self, path, error):
        body = to_json(error).encode()
        return self.request("POST", path, body, error_type=error["errorType"])

    def request(self, method, path, body=b"", content_type="application/json", error_type=None):
        head = "%s %s%s HTTP/1.1\r\nHost: runtime\r\n" % (method, ROOT, path)
        head += "Brume-Environment-Token: %s\r\nContent-Type: %s\r\n" % (self.token, content_type)
        if error_type:
            safe = error_type.encode("ascii", "replace").decode()
            head += "Lambda-Runtime-Function-Error-Type: %s\r\n" % safe
        head += "Content-Length: %d\r\n\r\n" % len(body)
        return head.encode() + body

    def receive(self):
        headers = {}
        if not self.reader.readline():
            # Brume is gone, or has given up this environment: nobody is left to work for.
            os._exit(1)
        for line in iter(self.reader.readline, b"\r\n"):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        return headers, self.reader.read(int(headers.get("content-length", 0)))


def open_ports():
    """Hands sockets of the sandbox's own network to Brume, outside of it, over Node's IPC channel."""
    if "NODE_CHANNEL_FD" not in os.environ:
        return
    with socket.socket(fileno=int(os.environ.pop("NODE_CHANNEL_FD"))) as channel:
        for port in os.environ.pop("_BRUME_PORTS").split(","):
            with socket.create_server(("127.0.0.1", int(port))) as server:
                message = {"cmd": "NODE_HANDLE", "type": "net.Server", "msg": int(port)}
                descriptor = server.fileno().to_bytes(4, sys.byteorder)
                rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptor)]
                channel.sendmsg([json.dumps(message).encode() + b"\n"], rights)
        received = b""
        while b'"go"' not in received:
            chunk = channel.recv(4096)
            if not chunk:
                os._exit(1)
            received += chunk


def let_debugger_in():
    """Listens for a debugger, where Brume wants it and the function, or this machine, brings one."""
    port = sys._xoptions.get("brume-inspect")
    if not port:
        return
    try:
        debugpy = importlib.import_module("debugpy")
    except ImportError:
        print("No debugger can attach: debugpy is neither in the function's package nor in a layer.")
        return
    debugpy.listen(("127.0.0.1", int(port)))


class ContextPart:
    """Members by name; a member that was not given is None."""

    def __init__(self, members, values):
        for member in members:
            setattr(self, member, values.get(member))


class LambdaContext:
    """What a handler is told of its invocation."""

    def __init__(self, headers):
        environment = os.environ
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.log_group_name = environment.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environment.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environment.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environment.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self.client_context = client_context(headers.get("lambda-runtime-client-context"))
        self.identity = ContextPart(("cognito_identity_id", "cognito_identity_pool_id"), {})
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))


def client_context(text):
    if not text:
        return None
    values = json.loads(text)
    context = ContextPart(("custom", "env", "client"), values)
    if context.client is not None:
        members = ("installation_id", "app_title", "app_version_name", "app_version_code")
        context.client = ContextPart(members + ("app_package_name",), context.client)
    return context


class EventFormatter(logging.Formatter):
    """A record as one event: inside, line feeds travel as carriage returns."""

    converter = time.gmtime

    def format(self, record):
        record.aws_request_id = request_id
        return super().format(record).replace("\n", "\r")


class JsonFormatter(logging.Formatter):
    """A record as a JSON object, for functions that want their logs so."""

    def format(self, record):
        event = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": request_id or None,
        }
        if record.exc_info:
            error_type, error, trace = record.exc_info
            event["errorType"] = error_type.__name__
            event["errorMessage"] = str(error)
            event["stackTrace"] = traceback.format_list(traceback.extract_tb(trace))
        present = {name: value for name, value in event.items() if value is not None}
        return json.dumps(present, ensure_ascii=False)


def set_up_logging():
    wants_json = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
    # Lines must be with the platform before the answer is.
    sys.stdout.reconfigure(line_buffering=True, write_through=True)
    sys.stderr.reconfigure(line_buffering=True, write_through=True)
    handler = logging.StreamHandler(sys.stdout)
    layout = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    handler.setFormatter(JsonFormatter() if wants_json else EventFormatter(layout, "%Y-%m-%dT%H:%M:%S"))
    logging.getLogger().addHandler(handler)
    if wants_json:
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO")
        logging.getLogger().setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))


def log_error(error):
    if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON":
        timestamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        event = {"timestamp": timestamp, "log_level": "ERROR", **error}
        sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
        return
    described = ": ".join(part for part in (error["errorType"], error["errorMessage"]) if part)
    lines = ["[ERROR] " + described, "Traceback (most recent call last):"]
    for element in error["stackTrace"]:
        for line in element.splitlines():
            text = line.lstrip(" ")
            lines.append(NO_BREAK_SPACE * (len(line) - len(text)) + text)
    sys.stdout.write("\r".join(lines).replace("\n", "\r") + "\n")


def load_handler(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise RuntimeFault("Runtime.MalformedHandlerName", "Bad handler '%s': %s" % (name, error))
    if module_name.split(".")[0] in sys.builtin_module_names:
        message = "Cannot use built-in module %s as a handler module" % module_name
        raise RuntimeFault("Runtime.BuiltInModuleConflict", message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = "Unable to import module '%s': %s" % (module_name, error)
        raise RuntimeFault("Runtime.ImportModuleError", message)
    except SyntaxError as error:
        message = "Syntax error in module '%s': %s" % (module_name, error)
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        raise RuntimeFault("Runtime.UserCodeSyntaxError", message, trace)
    if not hasattr(module, function_name):
        message = "Handler '%s' missing on module '%s'" % (function_name, module_name)
        raise RuntimeFault("Runtime.HandlerNotFound", message)
    return getattr(module, function_name)


def describe_error(error):
    """The form in which Lambda reports an error; frames of this file are left out."""
    if isinstance(error, RuntimeFault):
        return error_object(error.error_type, str(error), error.trace)
    frames = traceback.extract_tb(error.__traceback__)
    while frames and frames[0].filename == __file__:
        frames.pop(0)
    return error_object(type(error).__name__, str(error), traceback.format_list(frames))


def error_object(error_type, message, trace):
    described = {
        "errorMessage": message,
        "errorType": error_type,
        "requestId": request_id,
        "stackTrace": trace,
    }
    # AWS's runtime of 3.8 does not tell the request; those since do (recorded 2026-01-12).
    if os.environ.get("AWS_EXECUTION_ENV") == "AWS_Lambda_python3.8":
        del described["requestId"]
    return described


def to_json(value):
    """JSON of a handler's result. Decimals are numbers in it, to the last digit, as on AWS."""
    decimals = []

    def encode_other(other):
        decimal = sys.modules.get("decimal")
        if decimal is None or not isinstance(other, decimal.Decimal):
            message = "Object of type %s is not JSON serializable" % type(other).__name__
            raise TypeError(message)
        if other.is_nan():
            return float("nan")
        decimals.append(str(other))
        return "%s%d" % (mark, len(decimals) - 1)

    # Random, so that no text of the function's can be taken for a decimal.
    mark = os.urandom(16).hex()
    text = json.dumps(value, default=encode_other)
    for index, decimal in enumerate(decimals):
        text = text.replace('"%s%d"' % (mark, index), decimal, 1)
    return text


def encode_result(result):
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        return to_json(result).encode(), "application/json"
    except Exception as error:
        raise RuntimeFault("Runtime.MarshalError", "Unable to marshal response: %s" % error)


def answer_and_next(client, handler, headers, body):
    try:
        context = LambdaContext(headers)
        result, content_type = encode_result(handler(json.loads(body), context))
    except Exception as error:
        described = describe_error(error)
        log_error(described)
        return client.fail_and_next(request_id, described)
    return client.respond_and_next(request_id, result, content_type)


def resolve_local_names():
    """Names under localhost are this machine (RFC 6761), which not all systems' resolvers know."""
    ask = socket.getaddrinfo

    def getaddrinfo(host, *args, **kwargs):
        if isinstance(host, str) and host.rstrip(".").lower().endswith(".localhost"):
            host = "127.0.0.1"
        return ask(host, *args, **kwargs)

    socket.getaddrinfo = getaddrinfo


def main():
    global request_id
    open_ports()
    token = os.environ.pop("_BRUME_ENVIRONMENT_TOKEN")
    client = RuntimeClient(os.environ.pop("_BRUME_RUNTIME_SOCKET"), token)
    if sys.argv[1:] == ["prepared"]:
        # Started before there was a function for it.
        os.environ.update(client.assignment())
        os.chdir(os.environ["LAMBDA_TASK_ROOT"])
    set_up_logging()
    resolve_local_names()
    # The code's folder is read-only, as on AWS; the first path is this file's folder.
    sys.dont_write_bytecode = True
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    let_debugger_in()
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as error:
        described = describe_error(error)
        log_error(described)
        client.fail_init(described)
        sys.exit(1)
    headers, body = client.next()
    while True:
        request_id = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        headers, body = answer_and_next(client, handler, headers, body)


if __name__ == "__main__":
    main()
