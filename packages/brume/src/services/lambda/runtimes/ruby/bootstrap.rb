# frozen_string_literal: true

# Brume's runtime for Ruby functions: loads the handler, then asks for one invocation after another.
#
# Needs the standard library only, of Ruby 2.7 and later. What it says, and how it ends, is as in
# AWS's own (github.com/aws/aws-lambda-ruby-runtime-interface-client, 3.1).

require 'json'
require 'logger'
require 'socket'
require 'stringio'

module Brume
  ROOT = '/2018-06-01/runtime/'
  FRAMES_MAX = 100
  # Exit codes of AWS's runtime.
  CRITICAL = 255
  INIT_FAILED = 252
  # Those whose names AWS tells to the platform; all others are a "UserException" there.
  NAMED_ERRORS = %w[
    ArgumentError NoMethodError Exception StandardError NameError LoadError SystemExit
    SystemStackError
  ].freeze

  class << self
    # The current invocation, '' before the first.
    attr_accessor :request_id
  end
  self.request_id = ''

  # The Runtime API over one kept connection.
  class RuntimeClient
    def initialize(path, token)
      @token = token
      @socket = UNIXSocket.new(path)
    end

    # The variables of the function that this process is for.
    def assignment
      @socket.write(request('GET', 'brume/assignment'))
      JSON.parse(receive[1])
    end

    # The next invocation: header values by lower-case name, and the event.
    def next
      @socket.write(request('GET', 'invocation/next'))
      receive
    end

    def respond_and_next(id, body, content_type)
      post_and_next(request('POST', "invocation/#{id}/response", body, content_type))
    end

    def fail_and_next(id, error)
      post_and_next(error_request("invocation/#{id}/error", error))
    end

    def fail(id, error)
      @socket.write(error_request("invocation/#{id}/error", error))
      receive
    end

    def fail_init(error)
      @socket.write(error_request('init/error', error))
      receive
    end

    private

    def post_and_next(post)
      @socket.write(post + request('GET', 'invocation/next'))
      receive
      receive
    end

    def error_request(path, error)
      type = error[:errorType]
      name = type[/<(.*)>/, 1]
      type = 'Function<UserException>' unless NAMED_ERRORS.include?(name)
      header = "Lambda-Runtime-Function-Error-Type: #{type}\r\n"
      request('POST', path, JSON.generate(error), 'application/json', header)
    end

    def request(method, path, body = '', content_type = 'application/json', more = '')
      head = "#{method} #{ROOT}#{path} HTTP/1.1\r\nHost: runtime\r\n" \
             "Brume-Environment-Token: #{@token}\r\nContent-Type: #{content_type}\r\n#{more}" \
             "Content-Length: #{body.bytesize}\r\n\r\n"
      head.b + body.b
    end

    def receive
      # Brume is gone, or has given up this environment: nobody is left to work for.
      exit!(1) if @socket.gets("\r\n").nil?
      headers = {}
      while (line = @socket.gets("\r\n", chomp: true)) && !line.empty?
        name, _, value = line.partition(':')
        headers[name.downcase] = value.strip
      end
      body = @socket.read(headers['content-length'].to_i)
      [headers, body.force_encoding(Encoding::UTF_8)]
    end
  end

  # Hands sockets of the sandbox's own network to Brume, outside of it, over Node's IPC channel.
  def self.open_ports
    return unless ENV.key?('NODE_CHANNEL_FD')

    channel = UNIXSocket.for_fd(ENV.delete('NODE_CHANNEL_FD').to_i)
    ENV.delete('_BRUME_PORTS').split(',').each do |port|
      server = TCPServer.new('127.0.0.1', port.to_i)
      message = JSON.generate(cmd: 'NODE_HANDLE', type: 'net.Server', msg: port.to_i)
      channel.sendmsg("#{message}\n", 0, nil, Socket::AncillaryData.unix_rights(server))
      server.close
    end
    received = +''
    received << channel.readpartial(4096) until received.include?('"go"')
    channel.close
  rescue EOFError
    exit!(1)
  end

  # Names under localhost are this machine (RFC 6761); not all systems' resolvers know that.
  module LocalNames
    def open(host, *rest, **options, &block)
      is_local = host.is_a?(String) && host.downcase.delete_suffix('.').end_with?('.localhost')
      super(is_local ? '127.0.0.1' : host, *rest, **options, &block)
    end
  end

  # What a handler is told of its invocation.
  class Context
    attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name,
                :function_name, :memory_limit_in_mb, :function_version, :identity, :client_context,
                :deadline_ms, :tenant_id

    def initialize(headers)
      @aws_request_id = headers['lambda-runtime-aws-request-id']
      @invoked_function_arn = headers['lambda-runtime-invoked-function-arn']
      @deadline_ms = headers['lambda-runtime-deadline-ms'].to_i
      @tenant_id = headers['lambda-runtime-aws-tenant-id']
      @log_group_name = ENV['AWS_LAMBDA_LOG_GROUP_NAME']
      @log_stream_name = ENV['AWS_LAMBDA_LOG_STREAM_NAME']
      @function_name = ENV['AWS_LAMBDA_FUNCTION_NAME']
      @memory_limit_in_mb = ENV['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
      @function_version = ENV['AWS_LAMBDA_FUNCTION_VERSION']
      @identity = parse(headers['lambda-runtime-cognito-identity'])
      @client_context = parse(headers['lambda-runtime-client-context'])
    end

    def get_remaining_time_in_millis
      [@deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond), 0].max
    end

    private

    def parse(text)
      text.nil? || text.empty? ? nil : JSON.parse(text)
    end
  end

  # A text of the function's as JSON can have it, whatever its bytes are.
  def self.utf8(text)
    return text.dup.force_encoding(Encoding::UTF_8).scrub if text.encoding == Encoding::BINARY

    text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace).scrub
  end

  # Where messages become one event each: inside, line feeds travel as carriage returns.
  module EventSink
    def self.write(message)
      $stdout.write("#{Brume.utf8(message).chomp.tr("\n", "\r")}\n")
    end

    def self.close; end
  end

  class TextFormatter < Logger::Formatter
    def call(severity, time, progname, message)
      format("%s, [%s #%d] %5s %s -- %s: %s\n", severity[0], format_datetime(time), Process.pid,
             severity, Brume.request_id, progname, msg2str(message))
    end
  end

  class JsonFormatter < Logger::Formatter
    def call(severity, time, progname, message)
      text = message.is_a?(Exception) ? message.message : msg2str(message)
      record = {
        timestamp: time.utc.strftime('%Y-%m-%dT%H:%M:%S.%6NZ'), level: severity,
        message: Brume.utf8(text), requestId: Brume.request_id, logger: progname
      }
      record.update(describe(message)) if message.is_a?(Exception)
      "#{JSON.generate(record.reject { |_, value| value.nil? || value == '' })}\n"
    end

    private

    def describe(error)
      trace = error.backtrace || []
      _, file, line, name = */\A(.+):(\d+):in [`'](.+)'\z/.match(trace.first.to_s)
      {
        errorType: error.class.to_s, errorMessage: Brume.utf8(error.message), stackTrace: trace,
        location: file ? "#{file}:#{name}:#{line}" : trace.first
      }
    end
  end

  # Loggers that would write to the output, or to nothing, write as the function's log wants it.
  module LoggerPatch
    LEVELS = { 'TRACE' => Logger::DEBUG, 'FATAL' => Logger::FATAL }.freeze

    def initialize(device, *rest, **options)
      return super unless !device || device == $stdout || device == $stderr

      is_json = ENV['AWS_LAMBDA_LOG_FORMAT'] == 'JSON'
      options[:formatter] ||= is_json ? JsonFormatter.new : TextFormatter.new
      level = ENV['AWS_LAMBDA_LOG_LEVEL']
      options[:level] ||= LEVELS.fetch(level) { Logger.const_get(level) } if level
      super(EventSink, *rest, **options)
    end
  end

  def self.set_up_logging
    $stdout.sync = true
    Logger.prepend(LoggerPatch)
    Kernel.module_eval do
      def puts(*values)
        EventSink.write(values.flatten.map { |value| Brume.utf8(value.to_s) }.join("\n"))
        nil
      end
      private :puts
    end
  end

  def self.log_error(headline, error)
    EventSink.write(headline)
    EventSink.write(JSON.pretty_generate(error))
  end

  # The form in which Lambda reports an error; frames of this file and those below are left out.
  def self.describe_error(error, kind)
    frames = (error.backtrace_locations || []).first(FRAMES_MAX)
    {
      errorMessage: utf8(error.message),
      errorType: "#{kind}<#{error.class}>",
      stackTrace: frames.take_while { |frame| frame.path != __FILE__ }.map(&:to_s)
    }
  end

  INVALID_HANDLER =
    'Invalid handler %s, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD where ' \
    'FILENAME corresponds with an existing Ruby source file FILENAME.rb, CLASS is an optional ' \
    'module/class namespace and METHOD is a callable method. If using CLASS, METHOD must be a ' \
    'class-level method.'

  # What is called with an event and a context.
  def self.load_handler(name)
    parts = name.split('.')
    raise ArgumentError, format(INVALID_HANDLER, parts) unless [2, 3].include?(parts.size)

    file, *classes, method = parts
    require file
    lambda do |event, context|
      target = classes.empty? ? TOPLEVEL_BINDING.receiver : Kernel.const_get(classes.first)
      target.__send__(method, event: event, context: context)
    end
  end

  def self.encode(result)
    case result
    when StringIO, IO then [result.read.to_s, 'application/unknown']
    else [result.to_json, 'application/json']
    end
  end

  # The next invocation, after this one was answered.
  def self.answer_and_next(client, handler, headers, body)
    result = encode(handler.call(JSON.parse(body), Context.new(headers)))
  rescue Exception => e
    fail_and_next(client, e)
  else
    client.respond_and_next(request_id, *result)
  end

  # Errors of other kinds than StandardError, and names that are not there, end the process.
  def self.fail_and_next(client, error)
    described = describe_error(error, 'Function')
    if error.is_a?(StandardError) && !error.is_a?(NameError)
      log_error('Error raised from handler method', described)
      return client.fail_and_next(request_id, described)
    end
    log_error('Critical exception from handler', described)
    client.fail(request_id, described)
    exit(CRITICAL)
  end

  def self.start
    open_ports
    token = ENV.delete('_BRUME_ENVIRONMENT_TOKEN')
    client = RuntimeClient.new(ENV.delete('_BRUME_RUNTIME_SOCKET'), token)
    adopt(client.assignment) if ARGV == ['prepared']
    set_up_logging
    TCPSocket.singleton_class.prepend(LocalNames)
    $LOAD_PATH.unshift(ENV['LAMBDA_TASK_ROOT'])
    begin
      handler = load_handler(ENV['_HANDLER'])
    rescue Exception => e
      described = describe_error(e, 'Init')
      log_error("Init error when loading handler #{ENV['_HANDLER']}", described)
      client.fail_init(described)
      exit(INIT_FAILED)
    end
    serve(client, handler)
  end

  # Started before there was a function for it.
  def self.adopt(variables)
    ENV.update(variables)
    Dir.chdir(ENV['LAMBDA_TASK_ROOT'])
    Gem.paths = ENV.to_h
  end

  def self.serve(client, handler)
    headers, body = client.next
    loop do
      self.request_id = headers['lambda-runtime-aws-request-id']
      ENV['_X_AMZN_TRACE_ID'] = headers['lambda-runtime-trace-id']
      headers, body = answer_and_next(client, handler, headers, body)
    end
  rescue SignalException
    exit(0)
  end
end

Brume.start if $PROGRAM_NAME == __FILE__
