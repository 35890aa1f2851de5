package chat;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.MessageHeaderAccessor;

/**
 * Refuses a CONNECT without `Authorization: Bearer secret` where the endpoint wants it, as the tutorials on JWT do. Who connects
 * with a `login` has that name.
 */
class Token implements ChannelInterceptor {
    static final String WANTED = "chat.token";

    @Override
    public Message<?> preSend(Message<?> message, MessageChannel channel) {
        var accessor = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
        if (accessor == null || !StompCommand.CONNECT.equals(accessor.getCommand())) {
            return message;
        }
        var attributes = accessor.getSessionAttributes();
        boolean wanted = attributes != null && attributes.containsKey(WANTED);
        if (wanted && !"Bearer secret".equals(accessor.getFirstNativeHeader("Authorization"))) {
            throw new MessagingException("Invalid token");
        }
        var login = accessor.getLogin();
        if (login != null) {
            accessor.setUser(() -> login);
        }
        return message;
    }
}
