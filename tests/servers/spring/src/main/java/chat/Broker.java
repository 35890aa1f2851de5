package chat;

import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.server.HandshakeInterceptor;

/**
 * STOMP: the guide at /gs-guide-websocket (bare) and /gs-guide-sockjs, a chat with SockJS at /ws, and the same chat at
 * /token, for those alone who bring a token in CONNECT. Destinations: /app, /topic, /queue.
 */
@Configuration
@EnableWebSocketMessageBroker
class Broker implements WebSocketMessageBrokerConfigurer {
    /** Milliseconds between the simple broker's heart-beats; 0 has none, as in the guide. */
    @Value("${chat.heartbeat:0}")
    private long heartbeat;

    /** Milliseconds between SockJS's own heart-beats, `h`. */
    @Value("${chat.beat:25000}")
    private long beat;

    /** RabbitMQ's STOMP port; 0 has the simple broker. */
    @Value("${chat.relay:0}")
    private int relay;

    /** Whether what one client sends is handled in its order, and what is published reaches each in its order. */
    @Value("${chat.ordered:false}")
    private boolean ordered;

    @Override
    public void registerStompEndpoints(StompEndpointRegistry registry) {
        registry.setPreserveReceiveOrder(ordered);
        registry.addEndpoint("/gs-guide-websocket").setAllowedOriginPatterns("*");
        registry.addEndpoint("/gs-guide-sockjs").setAllowedOriginPatterns("*").withSockJS();
        registry.addEndpoint("/ws").setAllowedOriginPatterns("*").withSockJS().setHeartbeatTime(beat);
        registry.addEndpoint("/token").setAllowedOriginPatterns("*").addInterceptors(new WantsToken()).withSockJS();
    }

    @Override
    public void configureMessageBroker(MessageBrokerRegistry registry) {
        registry.setApplicationDestinationPrefixes("/app");
        registry.setPreservePublishOrder(ordered);
        if (relay > 0) {
            registry.enableStompBrokerRelay("/topic", "/queue").setRelayHost("127.0.0.1").setRelayPort(relay);
            return;
        }
        var broker = registry.enableSimpleBroker("/topic", "/queue");
        if (heartbeat > 0) {
            broker.setHeartbeatValue(new long[] {heartbeat, heartbeat}).setTaskScheduler(scheduler());
        }
    }

    @Override
    public void configureClientInboundChannel(ChannelRegistration registration) {
        registration.interceptors(new Token());
    }

    private static ThreadPoolTaskScheduler scheduler() {
        var scheduler = new ThreadPoolTaskScheduler();
        scheduler.setThreadNamePrefix("heart-beat-");
        scheduler.initialize();
        return scheduler;
    }

    /** Marks the sessions of an endpoint that wants a token. */
    private static class WantsToken implements HandshakeInterceptor {
        @Override
        public boolean beforeHandshake(
                ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler, Map<String, Object> attributes) {
            attributes.put(Token.WANTED, true);
            return true;
        }

        @Override
        public void afterHandshake(
                ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler, Exception exception) {}
    }
}
