# Action Cable by the Rails guide: a channel with rooms that sends on, to all, what a client says ("Rebroadcasting a Message").
# Every line is an object in a string in an object; the server says a ping each 3 s. In memory, where the guide takes Redis.
require "logger"
require "action_cable"

class ChatChannel < ActionCable::Channel::Base
  def subscribed
    stream_from "chat_#{params[:room]}"
  end

  def receive(data)
    ActionCable.server.broadcast("chat_#{params[:room]}", data)
  end
end

config = ActionCable.server.config
config.cable = { "adapter" => "async" }
config.connection_class = -> { ActionCable::Connection::Base }
config.logger = Logger.new($stderr, level: :warn)
config.disable_request_forgery_protection = true

map("/cable") { run ActionCable.server }
