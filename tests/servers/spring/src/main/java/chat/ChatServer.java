package chat;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The chats of Spring's tutorials in one server. What is where: {@link Broker}, {@link Plain}, {@link Coded}. */
@SpringBootApplication
public class ChatServer {
    public static void main(String[] args) {
        SpringApplication.run(ChatServer.class, args);
    }
}
