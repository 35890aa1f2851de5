package chat;

import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageSendingOperations;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Controller;
import org.springframework.web.socket.messaging.SessionDisconnectEvent;
import org.springframework.web.util.HtmlUtils;

/** What the two tutorials do with a line. */
@Controller
class Talk {
    /** Spring's guide "Using WebSocket to build an interactive web application". */
    record Hello(String name) {}

    record Greeting(String content) {}

    /** The chat that most tutorials build over SockJS. */
    record ChatMessage(Type type, String content, String sender) {
        enum Type {
            CHAT,
            JOIN,
            LEAVE
        }
    }

    private final SimpMessageSendingOperations messages;
    private final Ledger ledger;

    Talk(SimpMessageSendingOperations messages, Ledger ledger) {
        this.messages = messages;
        this.ledger = ledger;
    }

    @MessageMapping("/hello")
    @SendTo("/topic/greetings")
    Greeting greeting(Hello hello) {
        ledger.received(hello.name());
        return new Greeting("Hello, " + HtmlUtils.htmlEscape(hello.name()) + "!");
    }

    @MessageMapping("/chat.sendMessage")
    @SendTo("/topic/public")
    ChatMessage sendMessage(@Payload ChatMessage message) {
        ledger.received(message.content());
        return message;
    }

    @MessageMapping("/chat.addUser")
    @SendTo("/topic/public")
    ChatMessage addUser(@Payload ChatMessage message, SimpMessageHeaderAccessor headers) {
        headers.getSessionAttributes().put("username", message.sender());
        return message;
    }

    @EventListener
    void left(SessionDisconnectEvent event) {
        var attributes = SimpMessageHeaderAccessor.wrap(event.getMessage()).getSessionAttributes();
        var name = attributes == null ? null : (String) attributes.get("username");
        if (name != null) {
            messages.convertAndSend("/topic/public", new ChatMessage(ChatMessage.Type.LEAVE, null, name));
        }
    }
}
