package chat;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.event.EventListener;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.messaging.SessionConnectedEvent;

/** What the tests ask: which lines came, in which order, from how many sessions; and the token of the session. */
@RestController
@RequestMapping("/control")
@CrossOrigin(originPatterns = "*", allowCredentials = "true")
class Ledger implements HttpSessionListener {
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<HttpSession> logins = ConcurrentHashMap.newKeySet();

    void received(String text) {
        received.add(text);
    }

    @EventListener
    void connected(SessionConnectedEvent event) {
        connections.incrementAndGet();
    }

    @Override
    public void sessionCreated(HttpSessionEvent event) {
        logins.add(event.getSession());
    }

    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        logins.remove(event.getSession());
    }

    @GetMapping("/stats")
    Map<String, Object> stats() {
        return Map.of("received", received, "connections", connections.get());
    }

    /** The name and the value of the header that CONNECT wants where CSRF is on. */
    @GetMapping("/csrf")
    Map<String, String> csrf(CsrfToken token) {
        return token == null ? Map.of() : Map.of("header", token.getHeaderName(), "token", token.getToken());
    }

    /** Ends every login at once, as their time would. */
    @PostMapping("/expire")
    void expire() {
        logins.forEach(HttpSession::invalidate);
    }
}
