package chat;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.socket.EnableWebSocketSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.messaging.access.intercept.MessageMatcherDelegatingAuthorizationManager;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** Nobody is asked for anything, unless the profile `csrf` or `login` says so. */
@Configuration
class Security {
    @Bean
    @Profile("!csrf & !login")
    SecurityFilterChain open(HttpSecurity http) throws Exception {
        return http.csrf(csrf -> csrf.disable()).authorizeHttpRequests(all -> all.anyRequest().permitAll()).build();
    }

    /** CONNECT must bring the token of the session, which /control/csrf tells. */
    @Configuration
    @Profile("csrf")
    @EnableWebSocketSecurity
    static class Csrf {
        @Bean
        SecurityFilterChain withToken(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(all -> all.anyRequest().permitAll()).build();
        }

        @Bean
        AuthorizationManager<Message<?>> everybody() {
            return MessageMatcherDelegatingAuthorizationManager.builder().anyMessage().permitAll().build();
        }
    }

    /** Spring's own login page, and a cookie; `/control/expire` ends all of them. */
    @Configuration
    @Profile("login")
    static class Login {
        @Bean
        SecurityFilterChain withLogin(HttpSecurity http) throws Exception {
            return http.csrf(csrf -> csrf.disable())
                    .authorizeHttpRequests(
                            all -> all.requestMatchers("/control/**").permitAll().anyRequest().authenticated())
                    .formLogin(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService people() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("ada").password("{noop}secret").roles("USER").build());
        }
    }
}
