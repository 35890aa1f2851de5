package chat;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ChannelInterceptor;

/** Refuses a CONNECT without `Authorization: Bearer secret` where the endpoint wants it, as the tutorials on JWT do. */
class Token implements ChannelInterceptor {
    static final String WANTED = "chat.token";

    @Override
    public Message<?> preSend(Message<?> message, MessageChannel channel) {
        var accessor = StompHeaderAccessor.wrap(message);
        var attributes = accessor.getSessionAttributes();
        boolean wanted = attributes != null && attributes.containsKey(WANTED);
        if (wanted
                && StompCommand.CONNECT.equals(accessor.getCommand())
                && !"Bearer secret".equals(accessor.getFirstNativeHeader("Authorization"))) {
            throw new MessagingException("Invalid token");
        }
        return message;
    }
}
